import path from 'node:path';
import { anchoredLog } from '../audit/anchor/anchoredLog.ts';
import { noAnchors } from '../audit/anchor/settings.ts';
import type { AuditLog } from '../audit/log.ts';
import { openHeads } from '../audit/heads/openHeads.ts';
import { openSigningKeys } from '../audit/keys/openSigningKeys.ts';
import { lessLog } from '../audit/write/lessLog.ts';
import { openAuditLog } from '../audit/write/writer.ts';
import type { Config } from '../config/config.ts';
import { configInvalid } from '../config/problem.ts';
import { unconfirmed } from '../config/trust.ts';
import { redactPersonal, redactSecrets } from '../scan/redact.ts';
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
export async function openAudit(world: AuditWorld, workspace: string, config: Config): Promise<Audit> {
  const anchors = config.confirmations.filter(({ key }) => key.startsWith('audit.anchors.'));
  const isAgreed = (await unconfirmed(world.lokiHome, anchors)).length === 0;
  const settings = isAgreed ? config.auditAnchors : noAnchors;
  const open = () => openPlain(world, workspace, config);
  return await switched(world, workspace, config, () =>
    anchoredLog(open, { ...anchorDepsOf(world, workspace, config), settings }),
  );
}

/** The same for who puts the state of the log into other places by hand: closing it does not. */
export async function openUnanchoredAudit(world: AuditWorld, workspace: string, config: Config): Promise<Audit> {
  return await switched(world, workspace, config, () => openPlain(world, workspace, config));
}

/** What of the world the audit log needs. */
export type AuditWorld = Pick<World, 'clock' | 'lokiHome' | 'person' | 'keyVault'>;

function openPlain({ clock, lokiHome, keyVault = null }: AuditWorld, workspace: string, config: Config): AuditLog {
  const { maxSizeMb, maxFiles, maxDays } = config.auditRetention;
  return openAuditLog(path.join(workspace, config.auditFolder), {
    clock,
    redact: redactSecrets,
    ...(config.hidesPersonal && { hidePersonal: redactPersonal }),
    keys: openSigningKeys({ lokiHome, vault: keyVault, clock }),
    openHeads: (folder) => openHeads({ lokiHome, folder, clock }),
    limits: { segmentBytes: Math.ceil(maxSizeMb * 1024 * 1024), maxFiles, maxDays },
    commitPersonal: config.commitPersonal,
  });
}

async function switched(
  { person }: AuditWorld,
  workspace: string,
  { auditFolder, auditSwitch }: Config,
  open: () => AuditLog,
): Promise<Audit> {
  if (auditSwitch.isUnwanted && !auditSwitch.mayBeDisabled) throw mayNotBeDisabled();
  const folder = path.join(workspace, auditFolder);
  const log = open();
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
