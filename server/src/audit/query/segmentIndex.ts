import { hash } from 'node:crypto';
import * as z from 'zod/mini';
import { exactFields, type ExactField } from './entryFilter.ts';
import { packAscending } from './varints.ts';

// The index of a full segment: which of its lines hold which values, and where its lines are. It can be thrown away and
// built again; whoever reads it believes nothing that does not fit the segment. Pure: bytes in, bytes out.
//
//   loki-audit-index 1 <check of the next line>     \n
//   {"segment":…,"lines":…,"fields":…}              \n     the header; a part is [offset, bytes, check]
//   \n"<value>" <offset> <bytes> <check> <count>\n…        for each field: where the lines of its values are listed
//   …                                                      packed numbers: the lines of each value, where lines begin
//
// Offsets of fields count from the end of the header, all others from the end of the fields: one read from the beginning
// fetches what most questions need.

const part = z.tuple([z.int().check(z.nonnegative()), z.int().check(z.nonnegative()), z.int()]);
export type Part = Readonly<z.infer<typeof part>>;

const indexHeader = z.strictObject({
  segment: z.strictObject({
    firstSeq: z.int(),
    entries: z.int().check(z.positive()),
    bytes: z.int(),
    /** `hash` of its last entry. */
    lastHash: z.string(),
  }),
  /** The earliest and the latest time in it; null where an entry has none that can be read. */
  fromMs: z.nullable(z.number()),
  toMs: z.nullable(z.number()),
  /** Where each of its lines begins, and where the last one ends. */
  lines: part,
  fields: z.record(z.enum(exactFields), part),
});
export type IndexHeader = Readonly<z.infer<typeof indexHeader>>;

/** The lines with a value: offset, bytes and check of their numbers, and how many there are. */
export type Posting = readonly [offset: number, bytes: number, check: number, count: number];

const magic = 'loki-audit-index 1';
const firstLineBytes = magic.length + 1 + 12 + 1;

/** What an index says of a segment, before it is written. */
export interface IndexContent extends Pick<IndexHeader, 'segment' | 'fromMs' | 'toMs'> {
  /** Where each line begins, and where the last one ends. */
  readonly offsets: readonly number[];
  readonly fields: Readonly<Record<ExactField, ReadonlyMap<string, readonly number[]>>>;
}

export function printIndex({ segment, fromMs, toMs, offsets, fields }: IndexContent): Buffer {
  const packed: Buffer[] = [];
  let packedBytes = 0;
  const put = (numbers: readonly number[]): Part => {
    const bytes = packAscending(numbers);
    const place: Part = [packedBytes, bytes.length, checkOf(bytes)];
    packed.push(bytes);
    packedBytes += bytes.length;
    return place;
  };
  const postings = exactFields.map((field) => {
    const values = [...fields[field]].map(
      ([value, of]) => `${JSON.stringify(value)} ${put(of).join(' ')} ${of.length}\n`,
    );
    return Buffer.from(`\n${values.join('')}`);
  });
  const lines = put(offsets);
  let at = 0;
  const parts = Object.fromEntries(
    exactFields.map((field, index) => {
      const bytes = postings[index] ?? Buffer.alloc(0);
      const place: Part = [at, bytes.length, checkOf(bytes)];
      at += bytes.length;
      return [field, place];
    }),
  );
  const header = Buffer.from(`${JSON.stringify({ segment, fromMs, toMs, lines, fields: parts })}\n`);
  return Buffer.concat([Buffer.from(`${magic} ${hex(checkOf(header))}\n`), header, ...postings, ...packed]);
}

export interface ParsedHeader {
  readonly header: IndexHeader;
  /** Where the fields begin, and where the packed numbers do. */
  readonly fieldsAt: number;
  readonly packedAt: number;
}

/** Null where `bytes` do not begin as an index does. */
export function parseHeader(bytes: Buffer): ParsedHeader | null {
  const first = bytes.subarray(0, firstLineBytes).toString('latin1');
  const end = bytes.indexOf(0x0a, firstLineBytes);
  if (end === -1) return null;
  const line = bytes.subarray(firstLineBytes, end + 1);
  if (first !== `${magic} ${hex(checkOf(line))}\n`) return null;
  const parsed = indexHeader.safeParse(parse(line));
  if (!parsed.success) return null;
  const fieldsBytes = Object.values(parsed.data.fields).reduce((sum, [, length]) => sum + length, 0);
  return { header: parsed.data, fieldsAt: end + 1, packedAt: end + 1 + fieldsBytes };
}

/** The lines of a value, from the bytes of its field's part; null where the field has no such value. */
export function postingOf(bytes: Buffer, value: string): Posting | null {
  // No value contains a line feed as JSON writes it, so this is found at the beginning of the value's line only.
  const key = `\n${JSON.stringify(value)} `;
  const at = bytes.indexOf(key);
  if (at === -1) return null;
  const start = at + Buffer.byteLength(key);
  const [offset = 0, length = 0, check = 0, count = 0] = bytes
    .toString('latin1', start, bytes.indexOf(0x0a, start))
    .split(' ')
    .map(Number);
  return [offset, length, check, count];
}

/** The first 48 bits of the SHA-256 of bytes: finds damage, and is no proof of anything. */
export function checkOf(bytes: Buffer): number {
  return hash('sha256', bytes, 'buffer').readUIntBE(0, 6);
}

function hex(check: number): string {
  return check.toString(16).padStart(12, '0');
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return null;
  }
}
