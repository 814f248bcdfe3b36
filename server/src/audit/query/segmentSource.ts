import type { FileHandle } from 'node:fs/promises';
import type { Segment } from '../file/segments.ts';
import { exactFields, type EntryFilter, type ExactField } from './entryFilter.ts';
import { withIndex, type SegmentIndex } from './withIndex.ts';
import { openSegment } from './openSegment.ts';

/** A segment that is being read, and what its index says about a question. */
export interface SegmentSource {
  readonly segment: Segment;
  readonly file: FileHandle;
  readonly known: Known;
  close(): Promise<void>;
}

/** What is known of a segment before a line of it was read. */
export type Known =
  /** Nothing, for want of an index. */
  | { readonly kind: 'nothing' }
  /** Where its lines are. */
  | { readonly kind: 'places'; readonly offsets: readonly number[] }
  /** Where its lines are, and that all that can fit are among these, counted from 0. */
  | { readonly kind: 'lines'; readonly lines: readonly number[]; readonly offsets: readonly number[] };

export interface Question {
  readonly filter: EntryFilter;
  /** The values to look for where a field is asked for: what was asked, and what may stand for it in the log. */
  readonly valuesFor: (field: ExactField, value: string) => readonly string[];
}

/** Opens a segment for a question; null where it is gone, or holds nothing that could fit. */
export async function openSource(folder: string, segment: Segment, question: Question): Promise<SegmentSource | null> {
  const known = withIndex(segment, (index) => ask(index, question)) ?? { kind: 'nothing' };
  if (known === 'none') return null;
  const file = await openSegment(folder, segment);
  return file === null ? null : { segment, file, known, close: async () => await file.close() };
}

/** Null where the index is damaged. */
function ask(index: SegmentIndex, { filter, valuesFor }: Question): Known | 'none' | null {
  const { fromMs, toMs } = index.header;
  if (filter.fromMs !== undefined && toMs !== null && toMs < filter.fromMs) return 'none';
  if (filter.toMs !== undefined && fromMs !== null && fromMs > filter.toMs) return 'none';
  let lines: readonly number[] | null = null;
  for (const field of exactFields) {
    const value = filter[field];
    if (value === undefined) continue;
    const found = linesWith(index, field, valuesFor(field, value));
    if (found === null) return null;
    lines = lines === null ? found : both(lines, found);
    if (lines.length === 0) return 'none';
  }
  const offsets = index.offsets();
  if (offsets === null) return null;
  return lines === null ? { kind: 'places', offsets } : { kind: 'lines', lines, offsets };
}

function linesWith(index: SegmentIndex, field: ExactField, values: readonly string[]): readonly number[] | null {
  const lists: (readonly number[])[] = [];
  for (const value of values) {
    const found = index.linesWith(field, value);
    if (found === null) return null;
    if (found.length > 0) lists.push(found);
  }
  const [only] = lists;
  if (lists.length <= 1) return only ?? [];
  return [...new Set(lists.flat())].toSorted((a, b) => a - b);
}

function both(some: readonly number[], others: readonly number[]): readonly number[] {
  const set = new Set(others);
  return some.filter((line) => set.has(line));
}
