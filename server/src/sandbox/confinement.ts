import type { ActionOf } from '#protocol/action';
import type { Confinement } from '#protocol/run';
import type { Permit } from '../policy/permit.ts';
import type { NetworkRule } from './network/networkRule.ts';

/** What one run's commands may see and touch. All paths absolute. */
export interface Enclosure {
  /** The run's worktree: the only folder a command may change, besides private temporary ones. */
  readonly workspace: string;
  /** Paths inside the workspace that are hidden (denied paths), relative to it. */
  readonly hidden: readonly string[];
  /** Existing paths inside the workspace that may be read but not changed (protected names), relative to it. */
  readonly readOnly: readonly string[];
  /** Folders of installed dependencies of the user's checkout, shown read-only in the workspace. */
  readonly dependencies: readonly { readonly from: string; readonly at: string }[];
  /** Which hosts may be reached, through Loki's own proxy; null for no network at all. */
  readonly network: NetworkRule | null;
}

export type CommandOutcome =
  | {
      readonly kind: 'exited';
      readonly exitCode: number;
      /** Standard output and error as they came, cut in the middle when longer than the limit. */
      readonly output: string;
      readonly isCut: boolean;
      readonly durationMs: number;
    }
  | { readonly kind: 'timed_out'; readonly output: string; readonly durationMs: number }
  | { readonly kind: 'cancelled'; readonly output: string; readonly durationMs: number }
  | { readonly kind: 'not_started'; readonly reason: string };

/** Runs commands, confined as well as this machine can. */
export interface Sandbox {
  readonly confinement: Confinement;
  /** Runs one command line with bash; on abort or time-out every process of it is killed before this resolves. */
  run(permit: Permit<ActionOf<'command'>>, enclosure: Enclosure, signal: AbortSignal): Promise<CommandOutcome>;
}
