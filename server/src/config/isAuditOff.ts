import type { Config } from './config.ts';

/** Whether the audit log is switched off as far as it may be. Where somebody only wishes so, nothing runs. */
export function isAuditOff({ auditSwitch }: Pick<Config, 'auditSwitch'>): boolean {
  return auditSwitch.isUnwanted && auditSwitch.mayBeDisabled;
}
