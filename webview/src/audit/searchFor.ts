import { entryAt, windowSize, type WindowCache } from './windowCache.ts';

/** Between which rows an entry may be, both included. */
export interface Span {
  readonly low: number;
  readonly high: number;
}

export type Searched =
  | { readonly kind: 'found'; readonly row: number }
  /** It is not in the list; this is the row where it would be. */
  | { readonly kind: 'absent'; readonly row: number }
  /** The entry at this row has to be known to go on. */
  | { readonly kind: 'unknown'; readonly row: number; readonly span: Span };

/** The rows of a list of which nothing is known yet. */
export const everyRow: Span = { low: 0, high: Infinity };

/**
 * Looks for an entry in a list, the latest first, of which only windows are known. In an unfiltered list the first look is
 * right; in a filtered one the numbers have holes, so the span is halved.
 */
export function searchFor(cache: WindowCache, seq: number, { low: from, high: to }: Span): Searched {
  const total = cache.total ?? 0;
  let low = from;
  let high = Math.min(to, total - 1);
  const near = cachedRow(cache, seq);
  if (near !== null) return { kind: 'found', row: near };
  // The youngest has the highest number, and unfiltered it counts the others.
  let row = to === Infinity ? total - 1 - seq : (low + high) >> 1;
  while (low <= high) {
    row = Math.max(low, Math.min(high, row));
    const entry = entryAt(cache, row);
    if (entry === null) return { kind: 'unknown', row, span: { low, high } };
    if (entry.seq > seq) low = row + 1;
    else high = row - 1;
    row = (low + high) >> 1;
  }
  return { kind: 'absent', row: Math.max(0, Math.min(total - 1, low)) };
}

function cachedRow(cache: WindowCache, seq: number): number | null {
  for (const [number, entries] of cache.windows) {
    const place = entries.findIndex((entry) => entry.seq === seq);
    if (place >= 0) return number * windowSize + place;
  }
  return null;
}
