import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { indexOf } from '../file/auditFiles.ts';
import type { Segment } from '../file/segments.ts';
import type { ExactField } from './entryFilter.ts';
import { checkOf, parseHeader, postingOf, type IndexHeader, type ParsedHeader, type Part } from './segmentIndex.ts';
import { unpackAscending } from './varints.ts';

/** An index that fits its segment. Whatever is damaged in it is null: then the segment itself is read. */
export interface SegmentIndex {
  readonly header: IndexHeader;
  /** The numbers of the lines that hold a value, counted from 0. */
  linesWith(field: ExactField, value: string): readonly number[] | null;
  /** Where each line begins, and where the last one ends. */
  offsets(): readonly number[] | null;
}

/** Header and fields of most indexes fit in so much. */
const firstReadBytes = 48 * 1024;

/**
 * Looks into the index of a full segment; null where there is none that can be used. A log of a million entries has a
 * hundred of them, and most say no: waiting for the disk by promises would cost more than all the rest.
 */
export function withIndex<T>(segment: Segment, use: (index: SegmentIndex) => T): T | null {
  if (segment.firstSeq === null) return null;
  return withFile(indexOf(segment.path), (index) => {
    const start = readAt(index, 0, firstReadBytes);
    const parsed = parseHeader(start);
    return parsed !== null && fits(parsed.header, segment) ? use(reader(index, start, parsed)) : null;
  });
}

/** What the disk does not give is of no interest here: the segment itself says what there is to say. */
function withFile<T>(name: string, use: (descriptor: number) => T): T | null {
  let descriptor: number | null = null;
  try {
    descriptor = openSync(name, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
    return use(descriptor);
  } catch {
    return null;
  } finally {
    if (descriptor !== null) closeSync(descriptor);
  }
}

/** An index is about one segment: the same first entry, the same size, the same last hash. */
function fits({ segment: known }: IndexHeader, { firstSeq, sizeBytes, path, identity }: Segment): boolean {
  if (known.firstSeq !== firstSeq || known.bytes !== sizeBytes) return false;
  const end = Buffer.from(`,"hash":"${known.lastHash}"}\n`);
  const isSame = withFile(path, (file) => {
    const { dev, ino } = fstatSync(file);
    return `${dev}:${ino}` === identity && readAt(file, sizeBytes - end.length, end.length).equals(end);
  });
  return isSame === true;
}

function reader(file: number, start: Buffer, { header, fieldsAt, packedAt }: ParsedHeader): SegmentIndex {
  const bytesOf = (at: number, [offset, length, check]: Part): Buffer | null => {
    const from = at + offset;
    const bytes = from + length <= start.length ? start.subarray(from, from + length) : readAt(file, from, length);
    return bytes.length === length && checkOf(bytes) === check ? bytes : null;
  };
  return {
    header,
    linesWith: (field, value) => {
      const bytes = bytesOf(fieldsAt, header.fields[field]);
      if (bytes === null) return null;
      const posting = postingOf(bytes, value);
      if (posting === null) return [];
      const [offset, length, check, count] = posting;
      const packed = bytesOf(packedAt, [offset, length, check]);
      return packed === null ? null : unpackAscending(packed, count);
    },
    offsets: () => {
      const packed = bytesOf(packedAt, header.lines);
      return packed === null ? null : unpackAscending(packed, header.segment.entries + 1);
    },
  };
}

function readAt(file: number, from: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const read = readSync(file, bytes, filled, length - filled, from + filled);
    if (read === 0) break;
    filled += read;
  }
  return bytes.subarray(0, filled);
}
