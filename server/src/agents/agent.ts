import type { Phase } from '#protocol/phase';
import type { ModelTier } from '../models/settings.ts';

/** One role of the roster: who it is, when it works, which models suit it and which tools it is offered. */
export interface Agent {
  readonly name: string;
  readonly swarm: string;
  readonly phase: Phase;
  readonly tier: ModelTier;
  readonly tools: readonly string[];
  /** What the role is told about itself: the body of its file. */
  readonly instructions: string;
}
