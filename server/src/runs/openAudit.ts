import path from 'node:path';
import type { AuditLog } from '../audit/log.ts';
import { openHeads } from '../audit/heads/openHeads.ts';
import { openSigningKeys } from '../audit/keys/openSigningKeys.ts';
import { lessLog } from '../audit/write/lessLog.ts';
import { openAuditLog } from '../audit/write/writer.ts';
import type { Config } from '../config/config.ts';
import { configInvalid } from '../config/problem.ts';
import { redactSecrets } from '../scan/redact.ts';
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
  const { clock, lokiHome, person, keyVault: vault = null } = world;
  const { auditRetention: retention, auditSwitch } = config;
  if (auditSwitch.isUnwanted && !auditSwitch.mayBeDisabled) throw mayNotBeDisabled();
  const folder = path.join(workspace, config.auditFolder);
  const log = openAuditLog(folder, {
    clock,
    redact: redactSecrets,
    keys: openSigningKeys({ lokiHome, vault, clock }),
    openHeads: (place) => openHeads({ lokiHome, folder: place, clock }),
    limits: {
      segmentBytes: Math.ceil(retention.maxSizeMb * 1024 * 1024),
      maxFiles: retention.maxFiles,
      maxDays: retention.maxDays,
    },
  });
  if (!auditSwitch.isUnwanted) return { log, folder, isDisabled: false };
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
