import type { Folders } from './folders.ts';
import type { Word } from './word.ts';

/** `NAME=value` in front of a command, on its own, or as an argument of `export` and its like. */
export interface Assigned {
  readonly name: string;
  readonly value: Word | null;
}

export interface Redirected {
  readonly access: 'read' | 'write';
  readonly target: Word;
}

export interface SimpleCommand {
  /** The program or builtin and its arguments; empty for assignments or redirections that stand alone. */
  readonly words: readonly Word[];
  readonly assignments: readonly Assigned[];
  readonly redirections: readonly Redirected[];
  /** Where it may run: paths relative to the workspace or absolute; null where only the run can tell. */
  readonly folders: Folders;
  /** The command whose output it reads, when it stands in a pipe. */
  readonly feed: SimpleCommand | null;
  /** Whether its input comes from a pipe, a file or a text, so that a shell would take a program from there. */
  readonly hasInput: boolean;
}

/** What makes a script impossible to judge. `dynamic` depends on the run; `unparsable` is refused in any case. */
export interface ScriptProblem {
  readonly kind: 'unparsable' | 'hidden-code' | 'dynamic';
  readonly reason: string;
}

export interface Script {
  readonly commands: readonly SimpleCommand[];
  readonly problems: readonly ScriptProblem[];
}
