import { describe, expect, it } from 'vitest';
import { raiseStep } from '../../../server/src/cli/raiseStep.ts';
import { noticeOfLimit } from '../../../server/src/cost/budgetNotice.ts';
import type { OverLimit } from '../../../server/src/cost/ledger.ts';
import { noPeriodLimits, type GroupLimits } from '../../../server/src/cost/limits.ts';
import { microUsd } from '../../../server/src/cost/money.ts';
import { ceilingOf, raiseCommand } from '../../../server/src/cost/raising.ts';
import { noLimits } from './aRequest.ts';

const over: OverLimit = {
  kind: 'over',
  window: 'task',
  group: { kind: 'agent', name: 'security_auditor' },
  limit: microUsd(1_000_000),
  spent: microUsd(1_012_345),
  reserved: microUsd(0),
};

describe('what helps at a limit', () => {
  it.each<[Partial<OverLimit>, number | null, string]>([
    [{}, null, 'to go on: loki cost raise --task task-1 --agent security_auditor --to 2.02'],
    [{ spent: microUsd(0) }, null, 'to go on: loki cost raise --task task-1 --agent security_auditor --to 2.00'],
    [{ spent: microUsd(0) }, 1_500_000, '--to 1.50'],
    [{ window: 'day', group: null }, null, 'to go on: loki cost raise --day --to 2.02'],
    [{ limit: microUsd(500), spent: microUsd(0) }, null, '--to 0.001'],
    [{}, 1_000_000, 'the managed configuration lets nobody raise it further; ask whoever keeps it'],
  ])('%j under a ceiling of %s: %s', (changes, ceiling, words) => {
    const { message, shown } = noticeOfLimit({ ...over, ...changes }, false, { taskId: 'task-1', ceiling });
    expect(message.endsWith(words), message).toBe(true);
    // What the terminal says at the end is the same.
    const step = raiseStep(shown, 'task-1');
    expect(step === null).toBe(words.startsWith('the managed'));
    if (step !== null) expect(message).toContain(`loki ${step}`);
  });

  it('can be pasted, whatever a group is called', () => {
    const name = { window: 'month', unit: 'usd', group: { kind: 'project', name: "/it's here" } } as const;
    const command = raiseCommand(name, 'task-1', 20_000);
    expect(command).toBe(String.raw`cost raise --month --project '/it'\''s here' --to 0.02`);
  });

  it('goes up to the strictest ceiling of all limits that a group falls under', () => {
    const group = (name: string, ceiling: number | null): GroupLimits => ({
      ...noPeriodLimits,
      group: { kind: 'agent', name },
      ceilings: { ...noPeriodLimits, maxPerTask: ceiling === null ? null : microUsd(ceiling) },
    });
    const limits = { ...noLimits, groups: [group('*', 7), group('architect', 5), group('implementer', null)] };
    const of = (name: string) => ceilingOf(limits, { window: 'task', unit: 'usd', group: { kind: 'agent', name } });
    expect([of('architect'), of('implementer')]).toEqual([5, 7]);
  });
});
