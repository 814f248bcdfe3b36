import type { Finding, GateResult, Severity } from '#protocol/gate';
import { sha256 } from '../base/digest.ts';
import type { CommandOutcome } from '../sandbox/confinement.ts';
import type { Worktree } from '../workspace/worktree.ts';

/** What gates may use. Nothing runs but through `runCommand`, which takes the path of every other command. */
export interface GateContext {
  readonly worktree: Worktree;
  /** Set by the configuration; null means that it is found out from what the run started from. */
  readonly testCommand: string | null;
  readonly runCommand: (command: string, signal: AbortSignal) => Promise<CommandOutcome>;
  /** Looks at every file for secrets instead of those that changed: for a checkout that no run has worked on. */
  readonly isWholeCheckout?: boolean;
}

/** A gate's answer before it is known whether the profile requires it and how long it took. */
export type GateOutcome = Omit<GateResult, 'id' | 'isRequired' | 'durationMs'>;

export interface FoundThing {
  readonly source: string;
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  readonly path: string | null;
  readonly line: number | null;
}

/** A finding whose id depends on what it says alone, so that it is the same one in the next cycle. */
export function findingOf(found: FoundThing): Finding {
  const { source, rule, path, line, message } = found;
  const digest = sha256([source, rule, path ?? '', line ?? '', message].join('\0'));
  return { id: `${source}-${digest.slice(0, 12)}`, ...found };
}

export function inconclusive(command: string | null, summary: string, findings: readonly Finding[] = []): GateOutcome {
  return { status: 'inconclusive', command, exitCode: null, findings: [...findings], summary };
}
