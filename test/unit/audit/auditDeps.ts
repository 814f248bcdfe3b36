import path from 'node:path';
import type { AuditCommandDeps } from '../../../server/src/cli/audit/deps.ts';

const unused = (): never => {
  throw new Error('not part of this test');
};

/** What `loki audit` is given where it only reads: the log lies in `audit` of the workspace. */
export const auditDeps: AuditCommandDeps = {
  auditFolderOf: (workspace) => path.join(workspace, 'audit'),
  anchor: unused,
  acknowledgeLoss: unused,
  rotateSigningKey: unused,
};
