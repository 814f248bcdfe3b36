import type { AuditRecord } from '../../../server/src/audit/log.ts';

/** A record like those of a run; `n` tells it from others. */
export function aRecord(n: number, change: Partial<AuditRecord> = {}): AuditRecord {
  return {
    who: 'implementer',
    what: 'file_write',
    where: `src/file${n}.ts`,
    why: `step ${n}: "quoted" ünïcode ✓`,
    metadata: { task_id: 'task-a', run_id: `run-${n % 3}`, decision: 'ALLOW', n, cost_usd: 0.1 * n, findings: [] },
    ...change,
  };
}
