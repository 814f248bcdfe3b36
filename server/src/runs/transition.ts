import type { FailureCode } from '#protocol/failure';
import type { Finding, GateResult, Verdict } from '#protocol/gate';
import { unreachable } from '../base/invariant.ts';
import type { Progress, RunState, WorkingState } from './runState.ts';

/** What happened in the phase a run is in. */
export type PhaseOutcome =
  | { readonly kind: 'planned'; readonly plan: string }
  | { readonly kind: 'acted' }
  | { readonly kind: 'reviewed'; readonly findings: readonly Finding[] }
  | {
      readonly kind: 'verified';
      readonly gates: readonly GateResult[];
      readonly verdict: Verdict;
      /** Digest of the tree and of what is open. */
      readonly fingerprint: string;
    }
  | { readonly kind: 'paused'; readonly reason: string }
  | { readonly kind: 'cancelled'; readonly reason: string }
  | { readonly kind: 'failed'; readonly code: FailureCode; readonly reason: string };

/** The RARV cycle as a pure function: the state after a phase, from the state before and what happened in it. */
export function transition(state: WorkingState, outcome: PhaseOutcome, maxCycles: number): RunState {
  const { phase, progress } = state;
  switch (outcome.kind) {
    case 'planned':
      return { kind: 'working', phase: 'act', progress: { ...progress, plan: outcome.plan } };
    case 'acted':
      return { kind: 'working', phase: 'reflect', progress };
    case 'reviewed':
      return { kind: 'working', phase: 'verify', progress: { ...progress, findings: outcome.findings } };
    case 'verified':
      return afterVerify(progress, outcome, maxCycles);
    case 'paused':
    case 'cancelled':
      return { kind: outcome.kind, phase, progress, reason: outcome.reason };
    case 'failed':
      return { kind: 'failed', phase, progress, code: outcome.code, reason: outcome.reason };
    default:
      return unreachable(outcome);
  }
}

/** Whether a reviewer's finding is worth another cycle; low ones are told, not chased. */
export function isWorthACycle(finding: Finding): boolean {
  return finding.severity !== 'low';
}

function afterVerify(
  progress: Progress,
  { gates, verdict, fingerprint }: Extract<PhaseOutcome, { kind: 'verified' }>,
  maxCycles: number,
): RunState {
  const failedGates = gates.filter((gate) => gate.isRequired && gate.status === 'failed');
  const open = progress.findings.filter(isWorthACycle);
  const findings = [...progress.findings, ...failedGates.flatMap(findingsOf)];
  const after: Progress = { ...progress, findings, fingerprint };

  if (failedGates.length === 0 && open.length === 0) {
    return { kind: 'finished', verdict, progress: after, reason: reasonFor(verdict, gates, progress.findings) };
  }
  const whatIsOpen = describeOpen(failedGates, open);
  if (fingerprint === progress.fingerprint) {
    return {
      kind: 'finished',
      verdict,
      progress: after,
      reason: `No progress in cycle ${progress.cycle}: ${whatIsOpen}`,
    };
  }
  if (progress.cycle >= maxCycles) {
    return { kind: 'finished', verdict, progress: after, reason: `Stopped after ${maxCycles} cycles: ${whatIsOpen}` };
  }
  return { kind: 'working', phase: 'reason', progress: { ...after, cycle: progress.cycle + 1 } };
}

/** A gate that failed without a place to point at still has to reach the next cycle. */
function findingsOf(gate: GateResult): readonly Finding[] {
  if (gate.findings.length > 0) return gate.findings;
  return [
    {
      id: `${gate.id}-failed`,
      source: gate.id,
      rule: `${gate.id}-failed`,
      severity: 'high',
      message: gate.summary,
      path: null,
      line: null,
    },
  ];
}

function reasonFor(verdict: Verdict, gates: readonly GateResult[], low: readonly Finding[]): string {
  if (verdict === 'VERIFIED') {
    const open = low.length === 0 ? 'no finding is open' : `only findings of low severity are open (${low.length})`;
    return `All gates passed and ${open}`;
  }
  const doubtful = gates.filter((gate) => gate.status !== 'passed').map((gate) => `${gate.id} ${gate.status}`);
  return doubtful.length > 0 ? `Not all gates could decide: ${doubtful.join(', ')}` : 'Findings are open';
}

function describeOpen(failedGates: readonly GateResult[], open: readonly Finding[]): string {
  const parts = failedGates.map((gate) => `gate ${gate.id} failed`);
  if (open.length > 0) parts.push(`${open.length} ${open.length === 1 ? 'finding is' : 'findings are'} open`);
  return parts.join(', ');
}
