import type { AuditEntry } from '#protocol/audit';
import type { RunResult } from '#protocol/run';
import type { Config } from '../config/config.ts';
import { redactTextsSync } from '../scan/redactTexts.ts';
import type { RunRecord } from './runRecord.ts';

/** What a receipt is made of. `lastEntry` is the entry that closed the run: it pins the chain up to there. */
export interface ReceiptInput {
  readonly record: RunRecord;
  readonly result: RunResult;
  readonly config: Config;
  readonly headCommit: string | null;
  readonly lastEntry: Pick<AuditEntry, 'seq' | 'hash'> | null;
  readonly isAuditDisabled: boolean;
}

/** The evidence file of a run, `.loki/runs/<id>/receipt.json`: what ran, under which rules, with what result. */
export function receiptOf({ record, result, config, headCommit, lastEntry, isAuditDisabled }: ReceiptInput): string {
  const { runId, taskId, task, startedAt, provider, model, profile, worktree } = record;
  const receipt = {
    version: 1,
    runId,
    taskId,
    task,
    startedAt,
    endedAt: record.updatedAt,
    model: { provider, model, simulated: result.simulated },
    governedBy: {
      configSha256: config.hash,
      policySha256: config.policy.hash,
      files: config.files,
      profile,
      confinement: result.confinement,
    },
    change: {
      branch: result.branch,
      baseCommit: worktree?.baseCommit ?? null,
      headCommit,
      files: result.filesChanged,
    },
    status: result.status,
    verdict: result.verdict,
    reason: result.reason,
    gates: result.gates,
    findings: result.findings,
    cost: { usd: result.costUsd, simulated: result.simulated, tokens: result.tokens },
    audit: {
      lastSeq: lastEntry?.seq ?? null,
      lastHash: lastEntry?.hash ?? null,
      ...(isAuditDisabled ? { disabled: true } : {}),
    },
  };
  return `${JSON.stringify(redactTextsSync(receipt), null, 2)}\n`;
}
