import path from 'node:path';
import { anchorNow, type Anchored, type AnchorOutcome } from '../audit/anchor/anchorNow.ts';
import { hasAnchors } from '../audit/anchor/settings.ts';
import { hasAuditLog } from '../audit/file/segments.ts';
import type { AuditRecord } from '../audit/log.ts';
import { Failure } from '../base/failure.ts';
import { loadConfig } from '../config/loadConfig.ts';
import { confirm, unconfirmed } from '../config/trust.ts';
import { anchorDepsOf } from './anchors.ts';
import { openUnanchoredAudit } from './openAudit.ts';
import type { World } from './world.ts';

export interface AnchorWish {
  readonly workspace: string;
  /** What the project's configuration asks for counts as confirmed (`--trust`). */
  readonly isTrusted: boolean;
  /** Told how many entries are put into how many places, before the first outcome. */
  readonly begin: (places: number) => void;
  readonly tell: (outcome: AnchorOutcome) => void;
}

/**
 * Puts the state of a workspace's log into all places that are configured, because a person asks for it. That they asked
 * is recorded, and thereby everything before it is covered by a fresh checkpoint. Null where there is no log.
 */
export async function anchorByHand(world: World, wish: AnchorWish, signal: AbortSignal): Promise<Anchored | null> {
  const { workspace, isTrusted, begin, tell } = wish;
  const config = await loadConfig({ workspace, env: world.env, lokiHome: world.lokiHome });
  const { gitNote, syslog, witness } = config.auditAnchors;
  if (!hasAnchors(config.auditAnchors))
    throw new Failure(
      'usage',
      'no place to keep the state of the audit log is configured: set audit.anchors in .loki/config.yaml or in your own configuration (git_note, syslog or witness)',
    );
  const folder = path.join(workspace, config.auditFolder);
  if (!(await hasAuditLog(folder))) return null;
  await agree(world.lokiHome, config.confirmations, isTrusted);
  const open = async () => (await openUnanchoredAudit(world, workspace, config)).log;
  const asking = await open();
  await asking.append({
    who: world.person,
    what: 'audit_anchor_requested',
    where: null,
    why: null,
    metadata: { authenticated: false },
  });
  // Closing makes the checkpoint that is anchored.
  await asking.close();
  begin([gitNote, syslog, witness].filter((place) => place !== null).length);
  const log = await open();
  try {
    const deps = {
      ...anchorDepsOf(world, workspace, config),
      append: async (record: AuditRecord) => await log.append(record),
    };
    return await anchorNow(deps, { tell }, signal);
  } finally {
    await log.close();
  }
}

async function agree(
  lokiHome: string,
  confirmations: Parameters<typeof unconfirmed>[1],
  isTrusted: boolean,
): Promise<void> {
  const anchors = confirmations.filter(({ key }) => key.startsWith('audit.anchors.'));
  const open = await unconfirmed(lokiHome, anchors);
  if (open.length === 0) return;
  if (isTrusted) {
    await confirm(lokiHome, open);
    return;
  }
  const list = open.map(({ key, value }) => `${key}: ${value}`).join('; ');
  throw new Failure(
    'confirmation_needed',
    `the project's configuration sends the state of the audit log to places that need your agreement once (${list}): look at it, then run again with --trust`,
  );
}
