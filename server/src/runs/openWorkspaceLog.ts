import type { AuditLog } from '../audit/log.ts';
import { loadConfig } from '../config/loadConfig.ts';
import { openAudit } from './openAudit.ts';
import type { World } from './world.ts';

/** The audit log of a workspace, as its configuration says, for what is done outside of a run. */
export async function openWorkspaceLog(world: World, workspace: string): Promise<AuditLog> {
  const config = await loadConfig({ workspace, env: world.env, lokiHome: world.lokiHome });
  return (await openAudit(world, workspace, config)).log;
}
