import type { Phase } from '#protocol/phase';
import type { TaskType } from '../base/taskType.ts';
import type { ModelTier } from '../models/settings.ts';

/** One role of the roster: who it is, when it works, which models suit it and which tools it is offered. */
export interface Agent {
  readonly name: string;
  readonly swarm: string;
  readonly phase: Phase;
  readonly tier: ModelTier;
  /** A cheaper tier that may be tried first where the work is simple; none where the roster does not say so. */
  readonly tries?: ModelTier | undefined;
  /** What kind of work this role always does; otherwise the task says it. */
  readonly taskType?: TaskType | undefined;
  readonly tools: readonly string[];
  /** What the role is told about itself: the body of its file. */
  readonly instructions: string;
}
