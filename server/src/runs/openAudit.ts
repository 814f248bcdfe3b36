import path from 'node:path';
import { anchoredLog } from '../audit/anchor/anchoredLog.ts';
import type { AuditLog } from '../audit/log.ts';
import { openHeads } from '../audit/heads/openHeads.ts';
import { openSigningKeys } from '../audit/keys/openSigningKeys.ts';
import { lessLog } from '../audit/write/lessLog.ts';
import { openAuditLog } from '../audit/write/writer.ts';
import type { Config } from '../config/config.ts';
import { configInvalid } from '../config/problem.ts';
import { redactSecrets } from '../scan/redact.ts';
import { anchorDepsOf } from './anchors.ts';
import type { World } from './world.ts';

/** The audit log as runs and other acts of Loki use it. */
export interface Audit {
  readonly log: AuditLog;
  readonly folder: string;
  /** Switched off as far as it may be: only what matters to security is recorded, and no result is verified. */
  readonly isDisabled: boolean;
}

/**
 * Opens the audit log of a workspace: the one door for everything that is recorded. Where somebody wants the log off, that
 * is recorded first, if the managed configuration allows it; else it is a failure that says so, and nothing is done.
 */
export async function openAudit(world: World, workspace: string, config: Config): Promise<Audit> {
  return await begin(world, workspace, config, openerOf(world, workspace, config));
}

/** The same for a run: what it records is also anchored where that is configured, beside everything and at the end. */
export async function openRunAudit(world: World, workspace: string, config: Config): Promise<Audit> {
  const open = openerOf(world, workspace, config);
  return await begin(world, workspace, config, () => anchoredLog(open, anchorDepsOf(world, workspace, config)));
}

function openerOf(world: World, workspace: string, config: Config): () => AuditLog {
  const { clock, lokiHome, keyVault: vault = null } = world;
  const { maxSizeMb, maxFiles, maxDays } = config.auditRetention;
  const keys = openSigningKeys({ lokiHome, vault, clock });
  const limits = { segmentBytes: Math.ceil(maxSizeMb * 1024 * 1024), maxFiles, maxDays };
  return () =>
    openAuditLog(path.join(workspace, config.auditFolder), {
      clock,
      redact: redactSecrets,
      keys,
      openHeads: (folder) => openHeads({ lokiHome, folder, clock }),
      limits,
      commitPersonal: config.commitPersonal,
    });
}

async function begin({ person }: World, workspace: string, config: Config, open: () => AuditLog): Promise<Audit> {
  const { isUnwanted, mayBeDisabled } = config.auditSwitch;
  if (isUnwanted && !mayBeDisabled) throw mayNotBeDisabled();
  const folder = path.join(workspace, config.auditFolder);
  const log = open();
  if (!isUnwanted) return { log, folder, isDisabled: false };
  await log.append({
    who: person,
    what: 'audit_disabled',
    where: null,
    why: 'LOKI_AUDIT_DISABLED is set, and the managed configuration allows it: only what matters to security is recorded',
    metadata: { authenticated: false, decision: 'ALLOW' },
  });
  return { log: lessLog(log), folder, isDisabled: true };
}

function mayNotBeDisabled(): Error {
  return configInvalid([
    {
      where: 'LOKI_AUDIT_DISABLED',
      message:
        'the audit log cannot be switched off here, because the managed configuration does not allow it (audit.may_be_disabled); unset the variable, or ask whoever manages this machine',
    },
  ]);
}
