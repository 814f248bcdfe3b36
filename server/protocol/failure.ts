import * as z from 'zod/mini';

/** Every failure of the world that Loki can name. A code is part of the contract: never reuse one for another meaning. */
export const failureCode = z.enum([
  'usage',
  'task_empty',
  'task_too_long',
  'not_a_repository',
  'no_commit',
  'git_failed',
  'config_invalid',
  'confirmation_needed',
  'provider_unknown',
  'model_unknown',
  'key_missing',
  'keychain_unavailable',
  'provider_unreachable',
  'provider_refused',
  'provider_malformed',
  'price_unknown',
  'disk_unwritable',
  'audit_unwritable',
  'audit_missing',
  'audit_unreadable',
  'audit_unproved',
  'ledger_unusable',
  'raise_refused',
  'scenario_invalid',
  'agent_invalid',
  'run_unknown',
  'run_busy',
  'run_not_acceptable',
  'internal',
]);
export type FailureCode = z.infer<typeof failureCode>;

/** A failure as it travels: what happened, to which thing, and what to do. Never a stack trace, never a secret. */
export const failure = z.strictObject({
  code: failureCode,
  message: z.string(),
});
