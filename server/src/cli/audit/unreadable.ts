import type { CliContext } from '../command.ts';

/** Counts the lines of a log that are no entries, and tells of them at the end. */
export interface Unreadable {
  readonly count: () => void;
  readonly tell: (ctx: Pick<CliContext, 'tell'>) => void;
}

export function createUnreadable(): Unreadable {
  let lines = 0;
  return {
    count: () => {
      lines += 1;
    },
    tell: (ctx) => {
      if (lines === 0) return;
      ctx.tell(
        `${lines} ${lines === 1 ? 'line is no entry' : 'lines are no entries'} and left out; see loki audit verify\n`,
      );
    },
  };
}
