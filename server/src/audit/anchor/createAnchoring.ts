import { Failure, systemErrorCode } from '../../base/failure.ts';
import type { AnchorDeps } from './anchorDeps.ts';
import { anchorNow } from './anchorNow.ts';
import { hasAnchors } from './settings.ts';

export interface Anchoring {
  /** There is a new checkpoint on the disk. Returns at once; anchors it where the last time is long enough ago. */
  afterCheckpoint(): void;
  /** The log ends: waits for what is under way, then anchors the last checkpoint. Never fails because of an anchor. */
  finish(): Promise<void>;
}

/** How long the end of a run waits for anchors. */
const finishMs = 15_000;

/**
 * Anchors checkpoints while a log is written, beside everything else: no action waits for it, and none fails because of
 * it. An entry about an anchor that cannot be written stops the log, as any other.
 */
export function createAnchoring(deps: AnchorDeps): Anchoring {
  const everyMs = deps.settings.everyMinutes * 60_000;
  let working: Promise<void> | null = null;
  let lastMs = deps.clock.elapsedMs();
  /** The size that was anchored, with the entries about that: a checkpoint of no more than these is no news. */
  let knownSize = 0;

  const work = async (signal: AbortSignal): Promise<void> => {
    lastMs = deps.clock.elapsedMs();
    try {
      const anchored = await anchorNow(deps, { above: knownSize }, signal);
      if (anchored.kind === 'done') knownSize = anchored.size + anchored.outcomes.length;
    } catch (error) {
      // An entry that cannot be written stops the log, so the next action is refused and says why. Nobody waits here.
      if (!(error instanceof Failure) && systemErrorCode(error) === null) throw error;
    }
  };

  return {
    afterCheckpoint: () => {
      const isDue = deps.clock.elapsedMs() - lastMs >= everyMs;
      if (!hasAnchors(deps.settings) || working !== null || !isDue) return;
      working = work(new AbortController().signal).finally(() => {
        working = null;
      });
    },
    finish: async () => {
      if (!hasAnchors(deps.settings)) return;
      await working;
      await work(AbortSignal.timeout(finishMs));
    },
  };
}
