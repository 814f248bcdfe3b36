import { describe, expect, it } from 'vitest';
import type { RunEvent } from '#protocol/run';
import type { NumberedEvent } from '#protocol/task';
import { demoEvents, demoResult, untilApproval } from '../../pages/fixtures.ts';
import { foldEvents, foldSnapshot } from '../../../webview/src/task/foldEvents.ts';
import { emptyTask, type ActionItem, type TaskModel } from '../../../webview/src/task/taskModel.ts';

function numbered(events: readonly RunEvent[], from = 1): readonly NumberedEvent[] {
  return events.map((event, index) => ({ number: from + index, at: '2026-11-22T09:00:00.000Z', event }));
}

function actionsOf(model: TaskModel): readonly ActionItem[] {
  return model.cycles
    .flatMap(({ phases }) => phases.flatMap(({ turns }) => turns.flatMap(({ items }) => items)))
    .filter((item) => item.kind === 'action');
}

function folded(model: TaskModel, events: readonly NumberedEvent[]): TaskModel {
  const result = foldEvents(model, events);
  if (result.kind === 'gap') throw new Error('there was a gap');
  return result.model;
}

const phase = (cycle: number, name: 'reason' | 'act'): RunEvent => ({
  type: 'phase',
  cycle,
  maxCycles: 3,
  phase: name,
});
const action = (part: Partial<Extract<RunEvent, { type: 'action' }>>): RunEvent => ({
  type: 'action',
  actionId: 'act-1',
  agent: 'implementer',
  action: { kind: 'command', command: 'make' },
  title: '$ make',
  state: 'running',
  decision: 'ALLOW',
  reason: 'it is allowed',
  rules: [],
  durationMs: null,
  ...part,
});

describe('a run is folded from its events', () => {
  const limit = (part: object): RunEvent => ({
    type: 'notice',
    level: 'warning',
    message: 'The limit does not afford another request',
    budget: {
      state: 'limit',
      window: 'day',
      group: null,
      unit: 'usd',
      limit: 1,
      spent: 1,
      simulated: true,
      raiseTo: 2,
      ...part,
    },
  });
  const [started] = demoEvents.map(({ event }) => event).filter(({ type }) => type === 'started');

  it.each([{}, { group: 'agent x' }, { unit: 'tokens' }])(
    'offers to raise the limit that it stopped for, until it goes on: %j',
    (part) => {
      expect(foldSnapshot(numbered([limit(part)])).isShort).toBe(true);
      if (started === undefined) throw new Error('the recorded run does not start');
      expect(foldSnapshot(numbered([limit(part), started])).isShort).toBe(false);
    },
  );

  it.each([{ state: 'alert' }, { raiseTo: undefined }])('offers no raise for %j', (part) => {
    expect(foldSnapshot(numbered([limit(part)])).isShort).toBe(false);
  });

  it('a recorded run has its cycles, phases, agents, gates and result', () => {
    const model = foldSnapshot(demoEvents);
    expect(
      model.cycles.map(({ number, maxCycles, phases, gates, findings }) => ({
        number,
        maxCycles,
        phases: phases.map(({ key, turns }) => [key, turns.map(({ agent, state }) => `${agent} ${state}`)]),
        gates: gates.map(({ id, status }) => `${id} ${status}`),
        findings: findings.length,
      })),
    ).toEqual([
      {
        number: 1,
        maxCycles: 3,
        phases: [
          ['1-reason', ['architect finished']],
          ['1-act', ['implementer finished']],
          ['1-reflect', ['code_reviewer finished', 'security_auditor finished']],
          ['1-verify', ['loki finished']],
        ],
        gates: ['tests passed', 'secrets passed'],
        findings: 1,
      },
      {
        number: 2,
        maxCycles: 3,
        phases: [
          ['2-reason', ['architect finished']],
          ['2-act', ['implementer finished']],
          ['2-reflect', ['code_reviewer finished', 'security_auditor finished']],
          ['2-verify', ['loki finished']],
        ],
        gates: ['tests passed', 'secrets passed'],
        findings: 0,
      },
    ]);
    expect(model.result).toEqual(demoResult);
    expect(model.counts).toEqual({ all: actionsOf(model).length, refused: 1, denied: 0, expired: 0, invalid: 0 });
    expect(model.lastNumber).toBe(demoEvents.length);
  });

  it('one event after the other gives the same as all at once', () => {
    const all = foldSnapshot(demoEvents);
    expect(demoEvents.reduce((model, event) => folded(model, [event]), emptyTask)).toEqual(all);
  });

  it('what no event touched stays the same object, and no model changes after it was given out', () => {
    const before = foldSnapshot(untilApproval);
    const copy = structuredClone(before);
    const after = folded(before, demoEvents.slice(untilApproval.length));
    expect(before).toEqual(copy);
    expect(after.cycles[0]?.phases[0]).toBe(before.cycles[0]?.phases[0]);
    expect(after.cycles[0]?.phases[1]).not.toBe(before.cycles[0]?.phases[1]);
  });

  it('an approval and its answer belong to the action that asked', () => {
    const approved = actionsOf(foldSnapshot(demoEvents)).filter(({ answer }) => answer !== null);
    expect(approved.map(({ title, state, answer }) => [title, state, answer?.outcome])).toEqual([
      ['edit package.json', 'done', 'approved'],
    ]);
  });

  it('why it was decided stays when the outcome is told', () => {
    const model = foldSnapshot(
      numbered([phase(1, 'act'), action({}), action({ state: 'failed', reason: 'exit code 2', durationMs: 7 })]),
    );
    expect(actionsOf(model)).toMatchObject([
      { state: 'failed', decisionReason: 'it is allowed', outcome: 'exit code 2', durationMs: 7 },
    ]);
  });

  it.each([
    ['a missing event is a gap', [1, 2, 4], 'gap'],
    ['events in the wrong order are put in order', [2, 1, 3], 'folded'],
  ] as const)('%s', (_, numbers, kind) => {
    const events = numbers.flatMap((number) => numbered([phase(1, 'act')], number));
    expect(foldEvents(emptyTask, events).kind).toBe(kind);
  });

  it('events that were told before change nothing', () => {
    const model = foldSnapshot(demoEvents);
    expect(foldEvents(model, demoEvents.slice(-20))).toEqual({ kind: 'folded', model });
  });

  it('a run that is resumed has no result until it ends again, and goes on in the phase it stopped in', () => {
    const stopped = foldSnapshot(
      numbered([phase(1, 'act'), action({}), { ...demoResult, status: 'paused', verdict: null }]),
    );
    expect(stopped.cycles[0]?.phases[0]?.turns[0]?.state).toBe('stopped');
    const resumed = folded(stopped, numbered([phase(1, 'act')], 4));
    expect([resumed.result, resumed.cycles.length, resumed.cycles[0]?.phases.length]).toEqual([null, 1, 1]);
  });

  it('what an agent does is not lost where its start was not told', () => {
    const model = foldSnapshot(
      numbered([
        { type: 'notice', level: 'warning', message: 'early' },
        phase(1, 'act'),
        action({ agent: 'stranger' }),
      ]),
    );
    expect(model.preparation[0]?.items).toMatchObject([{ kind: 'notice', message: 'early' }]);
    expect(model.cycles[0]?.phases[0]?.turns).toMatchObject([{ agent: 'stranger', swarm: null }]);
  });

  it('two thousand actions are folded one by one in less than three seconds', () => {
    const events = numbered([
      phase(1, 'act'),
      ...Array.from({ length: 2000 }, (_, index) => action({ actionId: `act-${index}`, state: 'done' })),
    ]);
    const startedMs = performance.now();
    let model = emptyTask;
    for (const event of events) model = folded(model, [event]);
    expect(actionsOf(model).length).toBe(2000);
    expect(performance.now() - startedMs).toBeLessThan(3000);
  });
});
