import path from 'node:path';
import { auditList, auditVerify } from '#protocol/audit';
import { verdictLines } from '../audit/verify/verdictWords.ts';
import { verifyHere } from '../audit/verify/verifyHere.ts';
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
    const verification = await verifyHere(folder, { lokiHome: world.lokiHome });
    if ('kind' in verification) {
      const message = `Nothing was recorded in this workspace yet: there is no audit log in ${folder}`;
      return { isAbsent: true, verification: null, message };
    }
    return { isAbsent: false, verification, message: verdictLines(verification, folder).join('\n') };
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
