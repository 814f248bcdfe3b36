import type { Readable, Writable } from 'node:stream';
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

/** A program that stays, such as an MCP server: what it is and the whole environment it gets, beside what every command has. */
export interface ServedProgram {
  readonly command: string;
  readonly args: readonly string[];
  /** Relative to the workspace. */
  readonly cwd: string;
  /** May hold secrets, so it is never part of an action. */
  readonly env: Readonly<Record<string, string>>;
}

/** A program at work, spoken to through its standard input and output. */
export interface ServedProcess {
  readonly kind: 'serving';
  readonly input: Writable;
  readonly output: Readable;
  /** The end of what it said on standard error. */
  complaints(): string;
  /** Resolves with the reason once it has ended, whoever ended it. */
  readonly ended: Promise<string>;
  /** Kills every process of its tree and resolves when they are gone. */
  stop(): Promise<void>;
}

export type ServeOutcome = ServedProcess | { readonly kind: 'not_started'; readonly reason: string };

/** Runs commands, confined as well as this machine can. */
export interface Sandbox {
  readonly confinement: Confinement;
  /** Runs one command line with bash; on abort or time-out every process of it is killed before this resolves. */
  run(permit: Permit<ActionOf<'command'>>, enclosure: Enclosure, signal: AbortSignal): Promise<CommandOutcome>;
  /** Starts a program that stays until it ends or is stopped, in the same confinement as a command. */
  serve(permit: Permit<ActionOf<'mcp_start'>>, enclosure: Enclosure, program: ServedProgram): Promise<ServeOutcome>;
}
