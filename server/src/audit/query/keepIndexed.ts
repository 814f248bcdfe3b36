import { setTimeout as wait } from 'node:timers/promises';
import { indexMissing } from './buildIndex.ts';

/** Builds the indexes of a log's full segments beside the work of a writer. */
export interface KeepIndexed {
  /** A segment may be without its index: after opening, and after each rotation. Returns at once and never throws. */
  wake(): void;
  /** Lets what is being built be finished, and begins nothing more. */
  close(): Promise<void>;
}

/**
 * Whoever has several writers of one log may have several of these: an index is replaced as a whole. A log that fills
 * segment after segment is written faster while nobody indexes it: building begins once it was quiet for `quietMs`.
 */
export function keepIndexed(folder: string, quietMs = 1000): KeepIndexed {
  const closing = new AbortController();
  let working: Promise<unknown> | null = null;
  let isDue = false;

  const work = async (): Promise<void> => {
    while (isDue && !closing.signal.aborted) {
      isDue = false;
      await wait(quietMs, undefined, { signal: closing.signal, ref: false }).catch(() => undefined);
      if (isDue) continue;
      // A folder that cannot be read has no index either; who reads it says so.
      await indexMissing(folder, closing.signal).catch(() => undefined);
    }
    working = null;
  };
  return {
    wake: () => {
      isDue = true;
      working ??= work();
    },
    close: async () => {
      closing.abort();
      await working;
    },
  };
}
