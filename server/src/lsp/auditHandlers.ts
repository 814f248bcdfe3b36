import path from 'node:path';
import { auditList, auditVerify } from '#protocol/audit';
import { verdictLines } from '../audit/verify/verdictWords.ts';
import { loadConfig } from '../config/loadConfig.ts';
import { verifyWorkspace } from '../runs/verifyWorkspace.ts';
import type { World } from '../runs/world.ts';
import { createAuditWindows } from './auditWindow.ts';
import { knownWorkspace } from './knownWorkspace.ts';
import type { Rpc } from './rpc.ts';

/** Both only read: who proves or shows the record does not change it. */
export function bindAuditHandlers(rpc: Rpc, world: World): void {
  const windows = createAuditWindows();
  rpc.answer(auditVerify, async (params) => {
    const workspace = knownWorkspace(params.workspace);
    const { env, lokiHome } = world;
    const { auditFolder: place, auditAnchors: anchors } = await loadConfig({ workspace, env, lokiHome });
    const folder = path.join(workspace, place);
    const verification = await verifyWorkspace({ workspace, folder, lokiHome, anchors });
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
