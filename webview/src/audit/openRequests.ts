import type { AuditFilter } from '#protocol/audit';
import type { FromAuditPage } from '#protocol/page';
import { windowSize } from './windowCache.ts';

export interface Requests {
  /** Asks for a window, unless it is on its way already. */
  readonly ask: (filter: AuditFilter, offset: number) => void;
  /** Whether an answer is one that is still waited for. */
  readonly take: (request: number) => boolean;
  /** What is on its way is no longer waited for. */
  readonly forget: () => void;
}

/** Numbers the requests for windows, so that an answer to an older question is never shown as one to the latest. */
export function openRequests(post: (message: FromAuditPage) => void): Requests {
  const offsets = new Map<number, number>();
  let last = 0;
  return {
    ask: (filter, offset) => {
      if ([...offsets.values()].includes(offset)) return;
      last += 1;
      offsets.set(last, offset);
      post({ type: 'window', request: last, filter, offset, limit: windowSize });
    },
    take: (request) => offsets.delete(request),
    forget: () => offsets.clear(),
  };
}
