import type { Permit } from '../policy/permit.ts';
import type { CommandOutcome } from '../sandbox/confinement.ts';

/** What came of an effect, in words for the agent; `failed` is an expected no (no such file, exit code not zero …). */
export interface Performed {
  readonly kind: 'done' | 'failed' | 'cancelled';
  readonly text: string;
  /** For commands: how the process ended. */
  readonly command?: CommandOutcome;
  /** Names the agent's command made or changed that govern it; they were put back or set aside. */
  readonly quarantined?: readonly string[];
}

/** Has the effect of a permitted action. The gateway is its only caller and gives each permit once. */
export type Perform = (permit: Permit, signal: AbortSignal) => Promise<Performed>;
