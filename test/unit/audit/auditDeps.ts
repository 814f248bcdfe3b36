import path from 'node:path';
import type { AuditCommandDeps } from '../../../server/src/cli/audit/deps.ts';
import { openExport } from '../../../server/src/cli/audit/openExport.ts';
import { openLog } from './aLog.ts';

const unused = (): never => {
  throw new Error('not part of this test');
};

/** What `loki audit` is given where the log lies in `audit` of the workspace. */
export const auditDeps: AuditCommandDeps = {
  auditFolderOf: (workspace) => path.join(workspace, 'audit'),
  version: '1.2.3',
  openExport,
  openLog: async (workspace) => await Promise.resolve(openLog(path.join(workspace, 'audit'), { commitPersonal: true })),
  person: 'os:officer',
  anchor: unused,
  acknowledgeLoss: unused,
  rotateSigningKey: unused,
};
