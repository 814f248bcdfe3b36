import type { RunResult } from '#protocol/run';
import { exitFailed } from './command.ts';

/** The exit code of `loki run` (DESIGN section 9): 0 VERIFIED, 1 CONCERNS, 2 BLOCKED, 3 failed, 4 paused, 130 cancelled. */
export function exitCodeOf({ status, verdict }: Pick<RunResult, 'status' | 'verdict'>): number {
  switch (status) {
    case 'paused':
      return 4;
    case 'cancelled':
      return 130;
    case 'failed':
      return exitFailed;
    case 'finished':
      return verdict === 'VERIFIED' ? 0 : verdict === 'CONCERNS' ? 1 : 2;
  }
}
