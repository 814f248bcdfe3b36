import { digestOf } from '../base/digest.ts';
import type { AuditRecord } from '../audit/log.ts';
import type { Config } from '../config/config.ts';
import type { Policy } from '../policy/policy.ts';

/** The entry that says which configuration governs a run from here on: its hashes and the files it came from. */
export function configurationEntry(
  ids: { readonly runId: string; readonly taskId: string },
  config: Config,
  policy: Policy,
  who: string,
): AuditRecord {
  return {
    who,
    what: 'configuration',
    where: null,
    why: 'The configuration this run is governed by',
    metadata: {
      task_id: ids.taskId,
      run_id: ids.runId,
      config_sha256: config.hash,
      policy_sha256: policy.hash,
      policies_sha256: digestOf(policy.policies),
      confined: policy.isConfined,
      files: config.files,
      max_cycles: config.run.maxCycles,
    },
  };
}
