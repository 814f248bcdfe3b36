import path from 'node:path';
import { readLines } from '../file/lines.ts';
import type { LogFile } from '../file/logFile.ts';
import { openForReading } from '../file/openForReading.ts';
import { currentLog } from '../file/auditFiles.ts';
import { segmentName } from '../file/segments.ts';

/** A place between two entries: `next` is the `seq` of the entry after it. */
export interface Place {
  readonly next: number;
  /** `seq` of the first entry of the segment, and the bytes of it before the place. */
  readonly segment: number;
  readonly offset: number;
}

/**
 * The lines of the entries from a place up to `to`, which is not among them, without their line feeds, in batches that are
 * good until the next one. Fewer where the log ends before or a segment is missing. What the lines say is not looked at.
 */
export async function* linesFrom(folder: string, from: Place, to: number): AsyncGenerator<readonly Buffer[]> {
  let { next, segment, offset } = from;
  for (;;) {
    const before = next;
    const file = next >= to ? null : await openSegment(folder, segment);
    if (file === null) return;
    try {
      for await (const { lines } of readLines(file, { from: offset, patience: 0 })) {
        const wanted = lines.slice(0, to - next);
        next += wanted.length;
        if (wanted.length > 0) yield wanted;
        if (next >= to) return;
      }
    } finally {
      await file.close();
    }
    // The log goes on in the segment that begins here, if it goes on.
    if (next === before && segment === next) return;
    segment = next;
    offset = 0;
  }
}

/** The segment that begins with an entry, under whichever of its names; null where there is none. */
async function openSegment(folder: string, firstSeq: number): Promise<LogFile | null> {
  const full = path.join(folder, segmentName(firstSeq));
  const closed = await openForReading(full);
  if (closed !== null) return closed;
  const current = await openForReading(currentLog(folder));
  const beginning = Buffer.from(`{"seq":${firstSeq},`);
  const found = Buffer.alloc(beginning.length);
  await current?.read(found, 0, found.length, 0);
  if (found.equals(beginning)) return current;
  await current?.close();
  // It may have been renamed between the two looks.
  return await openForReading(full);
}
