import type { CommandOutcome } from '../sandbox/confinement.ts';

/** What came of an effect, in words for the agent; `failed` is an expected no (no such file, exit code not zero …). */
export interface Performed {
  readonly kind: 'done' | 'failed' | 'cancelled';
  readonly text: string;
  /** For commands: how the process ended. */
  readonly command?: CommandOutcome;
  /** Names that govern agents, or denied ones, which a command changed; they were put back or set aside. */
  readonly quarantined?: readonly string[];
}
