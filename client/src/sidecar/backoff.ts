/** How long to wait before each try to restart, in order; there is no further try within the window. */
const delaysMs = [1000, 2000, 4000, 8000, 8000];
const windowMs = 3 * 60_000;

export interface Backoff {
  /** The wait before the next try and its number, or null when it is no use to go on. */
  next(nowMs: number): { readonly delayMs: number; readonly attempt: number } | null;
  /** Forgets all tries: a person has asked for a new start. */
  reset(): void;
}

/** At most five tries in three minutes, each after a longer wait: a sidecar that cannot live is not started for ever. */
export function createBackoff(): Backoff {
  let tries: readonly number[] = [];
  return {
    next: (nowMs) => {
      tries = tries.filter((at) => nowMs - at < windowMs);
      const delayMs = delaysMs[tries.length];
      if (delayMs === undefined) return null;
      tries = [...tries, nowMs];
      return { delayMs, attempt: tries.length };
    },
    reset: () => {
      tries = [];
    },
  };
}
