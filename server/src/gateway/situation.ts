import type { Phase } from '#protocol/phase';
import { actorName, type Actor } from '../policy/actor.ts';
import type { RunId, TaskId } from '../base/id.ts';

/** Who acts, in which run, where in its cycles and for what. Every audit entry of the gateway carries it. */
export interface Situation {
  readonly runId: RunId;
  readonly taskId: TaskId;
  readonly actor: Actor;
  readonly phase: Phase | null;
  readonly cycle: number;
  /** What the actor is doing this for, in one line. */
  readonly why: string;
}

/** The members of an entry's metadata that say where in a run it belongs. */
export function situationMetadata(situation: Situation): Readonly<Record<string, unknown>> {
  const { actor, phase, cycle, runId, taskId } = situation;
  return {
    task_id: taskId,
    run_id: runId,
    cycle,
    ...(phase === null ? {} : { phase }),
    ...(actor.kind === 'agent' ? { agent: actorName(actor), swarm: actor.swarm } : {}),
  };
}
