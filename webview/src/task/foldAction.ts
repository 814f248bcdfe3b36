import type { RunEventOf } from '#protocol/run';
import type { Draft, DraftTurn } from './taskDraft.ts';
import type { ActionCounts, ActionItem } from './taskModel.ts';

type ActionEvent = RunEventOf<'action'>;

/** States whose reason says why it was decided so; the reason of the others says what came of it. */
const decidedStates: ReadonlySet<ActionEvent['state']> = new Set(['awaiting', 'running', 'refused']);

/** An action is told several times while it goes on: each time replaces what was known, and reasons stay. */
export function foldAction(draft: Draft, turn: DraftTurn, at: string, event: ActionEvent): void {
  const place = turn.items.findLastIndex((item) => item.key === event.actionId);
  const found = turn.items[place];
  const before = found?.kind === 'action' ? found : null;
  const isDecided = decidedStates.has(event.state);
  const item: ActionItem = {
    kind: 'action',
    key: event.actionId,
    at: before?.at ?? at,
    title: event.title,
    action: event.action,
    state: event.state,
    decision: event.decision,
    decisionReason: (isDecided ? event.reason : null) ?? before?.decisionReason ?? null,
    outcome: isDecided ? null : event.reason,
    rules: event.rules,
    durationMs: event.durationMs,
    answer: before?.answer ?? null,
  };
  if (before === null) turn.items.push(item);
  else turn.items[place] = item;
  draft.task.counts = recount(draft.task.counts, before?.state ?? null, event.state);
}

function recount(counts: ActionCounts, before: ActionItem['state'] | null, after: ActionItem['state']): ActionCounts {
  const of = (state: ActionItem['state']): number => Number(after === state) - Number(before === state);
  return {
    all: counts.all + Number(before === null),
    refused: counts.refused + of('refused'),
    denied: counts.denied + of('denied'),
    expired: counts.expired + of('expired'),
    invalid: counts.invalid + of('invalid'),
  };
}
