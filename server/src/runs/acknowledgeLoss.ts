import { existsSync } from 'node:fs';
import path from 'node:path';
import type { AuditEntry } from '#protocol/audit';
import { checkpointsFile } from '../audit/file/auditFiles.ts';
import { logIdOf, readFirstEntry } from '../audit/file/firstEntry.ts';
import { readHeads } from '../audit/heads/readHeads.ts';
import { Failure } from '../base/failure.ts';
import { loadConfig } from '../config/loadConfig.ts';
import { openAudit } from './openAudit.ts';
import { prepareStateFolder } from './runStore.ts';
import type { World } from './world.ts';

/** Records that a person knows of an audit log that is gone from a workspace, and why. Refuses where none is gone. */
export async function acknowledgeLoss(world: World, workspace: string, reason: string): Promise<AuditEntry> {
  const config = await loadConfig({ workspace, env: world.env, lokiHome: world.lokiHome });
  const folder = path.join(workspace, config.auditFolder);
  // Said beforehand, it would cover whatever is lost later.
  if (!(await isLogGone(folder, world.lokiHome)))
    throw new Failure(
      'usage',
      'no audit log is gone from here, so there is nothing to acknowledge; see loki audit verify',
    );
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

async function isLogGone(folder: string, lokiHome: string): Promise<boolean> {
  const heads = readHeads(lokiHome, folder);
  const first = await readFirstEntry(folder);
  const id = first === null ? null : logIdOf(first);
  const isKnown = heads?.here.some(
    ({ logId, size, workspaceIdentity }) => logId !== id && size > 0 && workspaceIdentity === heads.workspaceIdentity,
  );
  return isKnown === true || (first === null && existsSync(checkpointsFile(folder)));
}
