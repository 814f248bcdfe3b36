import path from 'node:path';
import type { AuditLog } from '../audit/log.ts';
import { openAuditLog } from '../audit/write/writer.ts';
import { loadConfig } from '../config/loadConfig.ts';
import { redactSecrets } from '../scan/redact.ts';
import type { World } from './world.ts';

/** The writer of a workspace's audit log, as its configuration says, for what is done outside of a run. */
export async function openWorkspaceLog(world: World, workspace: string): Promise<AuditLog> {
  const config = await loadConfig({ workspace, env: world.env, lokiHome: world.lokiHome });
  return openAuditLog(path.join(workspace, config.auditFolder), {
    clock: world.clock,
    redact: redactSecrets,
    commitPersonal: config.commitPersonal,
  });
}
