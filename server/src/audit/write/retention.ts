import { statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { syncFolder } from '../../base/atomicFile.ts';
import { listSegments, type Segment } from '../file/segments.ts';
import type { SegmentLimits } from './segmentLimits.ts';

// Which full segments need not be kept. Nothing is deleted unless a limit is configured, and never the current segment.

const dayMs = 24 * 60 * 60 * 1000;

export interface Prunable {
  /** The oldest ones, in their order. */
  readonly segments: readonly Segment[];
  /** `seq` of the first entry that is kept. */
  readonly keptFrom: number;
}

/** What goes beyond the limits; null where nothing does. `currentFirstSeq` is where the current segment begins. */
export async function findPrunable(
  folder: string,
  { maxFiles, maxDays }: SegmentLimits,
  now: Date,
  currentFirstSeq: number,
): Promise<Prunable | null> {
  if (maxFiles === null && maxDays === null) return null;
  const full = (await listSegments(folder)).filter(({ isCurrent }) => !isCurrent);
  const tooMany = maxFiles === null ? 0 : full.length - maxFiles;
  const firstYoung = maxDays === null ? 0 : full.findIndex(({ path }) => ageMs(path, now) <= maxDays * dayMs);
  const tooOld = firstYoung === -1 ? full.length : firstYoung;
  const segments = full.slice(0, Math.max(0, tooMany, tooOld));
  if (segments.length === 0) return null;
  const next = full[segments.length]?.firstSeq;
  return { segments, keptFrom: next ?? currentFirstSeq };
}

/** Deletes segments, and what was made from them, durably. Whatever this is interrupted in, it can be done again. */
export async function deleteSegments(folder: string, segments: readonly Segment[]): Promise<void> {
  for (const { path } of segments) {
    await rm(path, { force: true });
    await rm(path.replace(/\.jsonl$/, '.index'), { force: true });
  }
  if (segments.length > 0) await syncFolder(folder);
}

/** Full segments that a record says were deleted: whoever wrote it was stopped before they were. */
export async function findLeftOver(folder: string, prunedSize: number): Promise<readonly Segment[]> {
  const segments = await listSegments(folder);
  return segments.filter(({ firstSeq }) => firstSeq !== null && firstSeq < prunedSize);
}

function ageMs(file: string, now: Date): number {
  return now.getTime() - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? now.getTime());
}
