import path from 'node:path';
import { auditList, auditVerify, type AuditState, type AuditVerification } from '#protocol/audit';
import { verifyAuditLog } from '../audit/verify/verify.ts';
import { loadConfig } from '../config/loadConfig.ts';
import type { World } from '../runs/world.ts';
import { createAuditWindows } from './auditWindow.ts';
import { knownWorkspace } from './knownWorkspace.ts';
import type { Rpc } from './rpc.ts';

/** Both only read: who proves or shows the record does not change it. */
export function bindAuditHandlers(rpc: Rpc, world: World): void {
  const windows = createAuditWindows();
  rpc.answer(auditVerify, async (params) => {
    const folder = await auditFolder(world, knownWorkspace(params.workspace));
    const verification = await verifyAuditLog(folder);
    if ('kind' in verification) {
      const message = `Nothing was recorded in this workspace yet: there is no audit log in ${folder}`;
      return { isAbsent: true, verification: null, message };
    }
    return { isAbsent: false, verification, message: inWords(verification, folder) };
  });
  rpc.answer(auditList, async ({ workspace, filter, offset, limit }) => {
    const folder = await auditFolder(world, knownWorkspace(workspace));
    return await windows.read(folder, filter, Math.max(0, offset), limit);
  });
}

async function auditFolder({ env, lokiHome }: World, workspace: string): Promise<string> {
  const config = await loadConfig({ workspace, env, lokiHome });
  return path.join(workspace, config.auditFolder);
}

function inWords({ valid, entries, error }: AuditVerification, folder: string): AuditState['message'] {
  if (!valid) {
    return `Not intact. ${error ?? 'The log cannot be proved'}. Keep a copy of ${folder} as it is and tell whoever answers for the audit; do not mend it by hand`;
  }
  const count = entries === 1 ? 'The 1 entry is' : `All ${entries} entries are`;
  return `Intact. ${count} as written: none was changed, removed, added or moved between the first and the last. What this cannot show alone: entries cut off at the end, or a log rewritten as a whole; compare with a copy kept elsewhere where that matters`;
}
