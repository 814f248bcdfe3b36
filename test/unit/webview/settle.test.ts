import { expect, test } from 'vitest';
import { summaryOf, untilApproval } from '../../pages/fixtures.ts';
import { foldSnapshot } from '../../../webview/src/task/foldEvents.ts';
import { settle } from '../../../webview/src/task/settle.ts';
import type { TaskModel } from '../../../webview/src/task/taskModel.ts';

const half = foldSnapshot(untilApproval);

/** What is under way in a run, by its agents and actions. */
function underWay({ cycles, preparation }: TaskModel): readonly string[] {
  const turns = [...preparation, ...cycles.flatMap(({ phases }) => phases.flatMap((phase) => phase.turns))];
  return turns.flatMap(({ agent, state, items }) => [
    ...(state === 'working' ? [agent] : []),
    ...items.flatMap((item) =>
      item.kind === 'action' && ['running', 'awaiting'].includes(item.state) ? [item.title] : [],
    ),
  ]);
}

test('a run whose process died has nothing under way any more', () => {
  expect(underWay(half)).toEqual(['implementer', 'edit package.json']);
  const settled = settle(half, summaryOf({ state: 'interrupted' }));
  expect(underWay(settled)).toEqual([]);
  const item = settled.cycles.at(-1)?.phases.at(-1)?.turns.at(-1)?.items.at(-1);
  expect(item).toMatchObject({ kind: 'action', state: 'interrupted' });
});

test('what is settled stays the same object, and so does all of a run that works', () => {
  const settled = settle(half, summaryOf({ state: 'interrupted' }));
  expect(settled.cycles[0]?.phases[0]).toBe(half.cycles[0]?.phases[0]);
  expect(settle(settled, summaryOf({ state: 'interrupted' }))).toBe(settled);
  expect(settle(half, summaryOf())).toBe(half);
});
