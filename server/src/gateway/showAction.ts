import type { Action } from '#protocol/action';
import type { RunEvent, RunEventOf } from '#protocol/run';
import type { ActionId } from '../base/id.ts';
import { actorName } from '../policy/actor.ts';
import type { Decision } from '../policy/decision.ts';
import { titleOf } from './describeAction.ts';
import type { Situation } from './situation.ts';

/** Tells how an action stands, each time with what was decided about it. */
export type Show = (state: RunEventOf<'action'>['state'], reason: string | null, durationMs?: number) => void;

export function showAction(
  tell: (event: RunEvent) => void,
  situation: Situation,
  actionId: ActionId,
  action: Action,
  decision: Decision,
): Show {
  return (state, reason, durationMs) =>
    tell({
      type: 'action',
      actionId,
      agent: actorName(situation.actor),
      action,
      title: titleOf(action),
      state,
      decision: decision.kind,
      reason,
      rules: [...decision.answers],
      durationMs: durationMs ?? null,
    });
}
