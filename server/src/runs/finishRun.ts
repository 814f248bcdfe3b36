import path from 'node:path';
import type { Finding, GateResult } from '#protocol/gate';
import type { Confinement, RunResult } from '#protocol/run';
import type { AuditLog } from '../audit/log.ts';
import type { Verified } from '../audit/verify/verifying.ts';
import { writeFileAtomically } from '../base/atomicFile.ts';
import type { Clock } from '../base/clock.ts';
import type { Config } from '../config/config.ts';
import type { Ledger } from '../cost/ledger.ts';
import { toUsd } from '../cost/money.ts';
import { tokensShown } from '../cost/tokensShown.ts';
import { changedFiles, headOf } from '../workspace/changes.ts';
import type { Worktree } from '../workspace/worktree.ts';
import { receiptOf } from './receipt.ts';
import type { RunRecord } from './runRecord.ts';
import type { EndedState } from './runState.ts';
import { runFolder, saveRun } from './runStore.ts';
import { verifyWorkspace } from './verifyWorkspace.ts';

export interface FinishInput {
  readonly workspace: string;
  readonly record: RunRecord;
  readonly worktree: Worktree | null;
  readonly state: EndedState;
  readonly gates: readonly GateResult[];
  readonly config: Config;
  readonly confinement: Confinement;
  readonly isSimulated: boolean;
  readonly audit: AuditLog;
  readonly auditFolder: string;
  readonly isAuditDisabled: boolean;
  readonly lokiHome: string;
  readonly ledger: Ledger;
  readonly clock: Clock;
}

/** Closes a run: the last entry, the result, the record and the receipt. What a person is told is what the files say. */
export async function finishRun(input: FinishInput): Promise<RunResult> {
  const { workspace, record, worktree, gates, config, audit, auditFolder, lokiHome, ledger, clock } = input;
  const anchors = config.auditAnchors;
  const verifyLog = async () => await verifyWorkspace({ workspace, folder: auditFolder, lokiHome, anchors });
  const filesChanged = worktree === null ? [] : [...(await changedFiles(worktree))];
  const state = honest(input, filesChanged, await verifyLog());
  const spending = ledger.spentOnTask(record.taskId, input.isSimulated);
  const tokens = tokensShown(spending.tokens, ledger.tokensOfTask(record.taskId, input.isSimulated));
  const status = state.kind;
  const verdict = state.kind === 'finished' ? state.verdict : null;
  const lastEntry = await audit.append({
    who: 'loki',
    what: 'run_end',
    where: record.worktree?.branch ?? null,
    why: state.reason,
    metadata: {
      task_id: record.taskId,
      run_id: record.runId,
      result: status,
      verdict,
      cycle: state.progress.cycle,
      cost_usd: toUsd(spending.spent),
      simulated: input.isSimulated,
      input_tokens: spending.tokens.input,
      output_tokens: spending.tokens.output,
      ...(tokens.isPartial === true ? { tokens_partial: true } : {}),
      gates: gates.map(({ id, status: gateStatus }) => ({ id, status: gateStatus })),
    },
  });
  await audit.close();
  const verification = await verifyLog();
  const result: RunResult = {
    type: 'result',
    status,
    verdict,
    runId: record.runId,
    taskId: record.taskId,
    branch: worktree?.branch ?? null,
    filesChanged,
    costUsd: toUsd(spending.spent),
    simulated: input.isSimulated,
    tokens,
    gates: [...gates],
    findings: openFindings(state, gates),
    audit: {
      ...('kind' in verification
        ? { valid: false, entries: 0 }
        : { valid: verification.valid, entries: verification.entries }),
      ...(input.isAuditDisabled ? { disabled: true } : {}),
    },
    confinement: input.confinement,
    cycles: state.progress.cycle,
    reason: state.reason,
    failure: state.kind === 'failed' ? { code: state.code, message: state.reason } : null,
  };
  const ended: RunRecord = { ...record, state, result, updatedAt: clock.now().toISOString() };
  await saveRun(workspace, ended);
  const headCommit = worktree === null ? null : await headOf(worktree);
  await writeFileAtomically(
    path.join(runFolder(workspace, record.runId), 'receipt.json'),
    receiptOf({ record: ended, result, config, headCommit, lastEntry, isAuditDisabled: input.isAuditDisabled }),
  );
  return result;
}

/** A result says what it does not prove: a verdict over a record that is not intact, or over nothing at all. */
function honest({ state, isAuditDisabled }: FinishInput, filesChanged: readonly string[], log: Verified): EndedState {
  if (state.kind !== 'finished') return state;
  const isValid = 'kind' in log || log.valid;
  const isProved = isValid && !isAuditDisabled;
  const verdict = !isProved && state.verdict === 'VERIFIED' ? 'CONCERNS' : state.verdict;
  const doubts = [
    ...(isValid ? [] : [`the audit log is not ${log.integrity === 'altered' ? 'intact' : 'complete'}`]),
    ...(isAuditDisabled ? ['the audit log was switched off (LOKI_AUDIT_DISABLED)'] : []),
    ...(filesChanged.length > 0 ? [] : ['nothing was changed']),
  ];
  return { ...state, verdict, reason: [state.reason, ...doubts].join('; but ') };
}

/** What is still open at the end: the reviewers' findings of the last cycle; the gates carry their own. */
function openFindings(state: EndedState, gates: readonly GateResult[]): Finding[] {
  const ofGates = new Set(gates.flatMap(({ findings }) => findings.map(({ id }) => id)));
  return state.progress.findings.filter(({ id }) => !ofGates.has(id));
}
