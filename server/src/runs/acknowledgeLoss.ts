import type { AuditEntry } from '#protocol/audit';
import { Failure } from '../base/failure.ts';
import { loadConfig } from '../config/loadConfig.ts';
import { openAudit } from './openAudit.ts';
import { prepareStateFolder } from './runStore.ts';
import type { World } from './world.ts';

/** Records that a person knows of an audit log that is gone from a workspace, and why. */
export async function acknowledgeLoss(world: World, workspace: string, reason: string): Promise<AuditEntry> {
  const config = await loadConfig({ workspace, env: world.env, lokiHome: world.lokiHome });
  await prepareStateFolder(workspace);
  const { log } = await openAudit(world, workspace, config);
  try {
    const entry = await log.append({
      who: world.person,
      what: 'audit_loss_acknowledged',
      where: null,
      why: reason,
      metadata: { authenticated: false },
    });
    if (entry !== null) return entry;
    throw new Failure('internal', 'the audit log did not take the entry');
  } finally {
    await log.close();
  }
}
