import type { AuditEntry, AuditWindow } from '#protocol/audit';

// The entries that the page has of a list that may be far longer: windows of a fixed size, dropped when the log has grown,
// because the latest entry is the first and so every place moves.

export const windowSize = 100;
/** Windows kept beside those that are seen; others are asked for again. */
const mostWindows = 30;

export interface WindowCache {
  /** Null until the first window has come. */
  readonly total: number | null;
  readonly revision: number;
  readonly windows: ReadonlyMap<number, readonly AuditEntry[]>;
}

export const emptyCache: WindowCache = { total: null, revision: -1, windows: new Map() };

/** The cache with one more window. A later revision drops what is older; an older one is not taken. */
export function withWindow(cache: WindowCache, offset: number, window: AuditWindow): WindowCache {
  if (window.revision < cache.revision) return cache;
  const kept = window.revision === cache.revision ? [...cache.windows].slice(-mostWindows + 1) : [];
  const windows = new Map(kept);
  const number = Math.floor(offset / windowSize);
  windows.delete(number);
  windows.set(number, window.entries);
  return { total: window.total, revision: window.revision, windows };
}

export function entryAt(cache: WindowCache, place: number): AuditEntry | null {
  return cache.windows.get(Math.floor(place / windowSize))?.[place % windowSize] ?? null;
}

/** The offsets of windows that are seen and missing. */
export function missingOffsets(cache: WindowCache, first: number, last: number): readonly number[] {
  const end = cache.total === null ? 0 : Math.max(0, cache.total - 1);
  const from = Math.floor(Math.max(0, Math.min(first, end)) / windowSize);
  const to = Math.floor(Math.max(0, Math.min(last, end)) / windowSize);
  const offsets: number[] = [];
  for (let number = from; number <= to; number += 1) {
    if (!cache.windows.has(number)) offsets.push(number * windowSize);
  }
  return offsets;
}
