import { describe, expect, test } from 'vitest';
import type { Finding, GateResult, Severity } from '#protocol/gate';
import type { Progress, RunState, WorkingState } from '../../../server/src/runs/runState.ts';
import { transition, type PhaseOutcome } from '../../../server/src/runs/transition.ts';

const maxCycles = 3;
const start: Progress = { cycle: 1, plan: null, findings: [], fingerprint: null };

const working = (phase: WorkingState['phase'], progress: Partial<Progress> = {}): WorkingState => ({
  kind: 'working',
  phase,
  progress: { ...start, ...progress },
});

const finding = (severity: Severity): Finding => ({
  id: `f-${severity}`,
  source: 'code_reviewer',
  rule: 'review',
  severity,
  message: 'wrong',
  path: 'src/a.ts',
  line: 3,
});

const gate = (status: GateResult['status'], findings: readonly Finding[] = [], isRequired = true): GateResult => ({
  id: 'tests',
  isRequired,
  status,
  command: 'npm test',
  exitCode: status === 'passed' ? 0 : 1,
  durationMs: 1,
  findings: [...findings],
  summary: `tests ${status}`,
});

const verified = (gates: readonly GateResult[], more: Partial<Extract<PhaseOutcome, { kind: 'verified' }>> = {}) =>
  ({ kind: 'verified', gates, verdict: 'VERIFIED', fingerprint: 'tree-1', ...more }) as const;

const check = (state: WorkingState, outcome: PhaseOutcome, expected: RunState): void =>
  expect(transition(state, outcome, maxCycles)).toEqual(expected);

describe('a RARV cycle', () => {
  test('goes from plan to act, from act to reflect, from reflect to verify', () => {
    check(working('reason'), { kind: 'planned', plan: 'do it' }, working('act', { plan: 'do it' }));
    check(working('act'), { kind: 'acted' }, working('reflect'));
    const findings = [finding('low')];
    check(working('reflect'), { kind: 'reviewed', findings }, working('verify', { findings }));
  });

  test('is finished when required gates passed and only low findings are open', () => {
    const findings = [finding('low')];
    check(working('verify', { findings }), verified([gate('passed')]), {
      kind: 'finished',
      verdict: 'VERIFIED',
      progress: { ...start, findings, fingerprint: 'tree-1' },
      reason: 'All gates passed and only findings of low severity are open (1)',
    });
  });

  test('is finished when all gates passed and nothing is open', () => {
    check(working('verify'), verified([gate('passed')]), {
      kind: 'finished',
      verdict: 'VERIFIED',
      progress: { ...start, fingerprint: 'tree-1' },
      reason: 'All gates passed and no finding is open',
    });
  });

  test('is finished with concerns when a gate could not decide: another cycle would not help', () => {
    check(working('verify'), verified([gate('inconclusive')], { verdict: 'CONCERNS' }), {
      kind: 'finished',
      verdict: 'CONCERNS',
      progress: { ...start, fingerprint: 'tree-1' },
      reason: 'Not all gates could decide: tests inconclusive',
    });
  });

  test('is followed by another when a reviewer found something that counts', () => {
    const findings = [finding('medium')];
    check(working('verify', { findings }), verified([gate('passed')]), {
      ...working('reason', { cycle: 2, findings, fingerprint: 'tree-1' }),
    });
  });

  test('hands what a failed gate found to the next cycle', () => {
    const found = finding('high');
    check(working('verify'), verified([gate('failed', [found])], { verdict: 'BLOCKED' }), {
      ...working('reason', { cycle: 2, findings: [found], fingerprint: 'tree-1' }),
    });
  });

  test('hands a failed gate that points nowhere to the next cycle too', () => {
    const next = transition(working('verify'), verified([gate('failed')], { verdict: 'BLOCKED' }), maxCycles);
    expect(next).toMatchObject({ kind: 'working', progress: { cycle: 2, findings: [{ message: 'tests failed' }] } });
  });

  test('stops with the reason when nothing moved since the cycle before', () => {
    const state = working('verify', { cycle: 2, fingerprint: 'tree-1' });
    const next = transition(state, verified([gate('failed')], { verdict: 'BLOCKED' }), maxCycles);
    expect(next).toMatchObject({
      kind: 'finished',
      verdict: 'BLOCKED',
      reason: 'No progress in cycle 2: gate tests failed',
    });
  });

  test('stops after the last cycle and says what is open', () => {
    const state = working('verify', { cycle: 3, findings: [finding('high')], fingerprint: 'tree-0' });
    const next = transition(state, verified([gate('passed')], { verdict: 'BLOCKED' }), maxCycles);
    expect(next).toMatchObject({
      kind: 'finished',
      verdict: 'BLOCKED',
      reason: 'Stopped after 3 cycles: 1 finding is open',
    });
  });

  test('does not wait for an optional gate', () => {
    const next = transition(
      working('verify'),
      verified([gate('failed', [], false)], { verdict: 'CONCERNS' }),
      maxCycles,
    );
    expect(next).toMatchObject({ kind: 'finished', verdict: 'CONCERNS' });
  });
});

test.each(['paused', 'cancelled'] as const)('a run that is %s keeps its phase and what it knows', (kind) => {
  const progress = { cycle: 2, plan: 'p' };
  check(
    working('act', progress),
    { kind, reason: 'because' },
    {
      kind,
      phase: 'act',
      progress: { ...start, ...progress },
      reason: 'because',
    },
  );
});

test('a failed run keeps its code', () => {
  check(
    working('reason'),
    { kind: 'failed', code: 'provider_unreachable', reason: 'gone' },
    {
      kind: 'failed',
      phase: 'reason',
      progress: start,
      code: 'provider_unreachable',
      reason: 'gone',
    },
  );
});
