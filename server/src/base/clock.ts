/** The time, as something that is handed in: pure code never asks for it, tests fix it. */
export interface Clock {
  /** The wall clock. */
  now(): Date;
  /** Milliseconds that only ever grow; for durations. */
  elapsedMs(): number;
}

export const systemClock: Clock = {
  now: () => new Date(),
  elapsedMs: () => performance.now(),
};
