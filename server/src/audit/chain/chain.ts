import { isUtf8 } from 'node:buffer';
import { hash } from 'node:crypto';
import type { AuditEntry } from '#protocol/audit';

// The chain of the audit log: how a record becomes a line, and how a line is checked. Pure: no disk, no clock.
// The recipe is docs/audit-format.md; whoever changes a byte here breaks every log that was ever written.

/** What an entry says: everything but its place in the chain. Plain JSON, already redacted. */
export type EntryContent = Omit<AuditEntry, 'seq' | 'previousHash' | 'hash'>;

/** The place where the next entry goes. */
export interface Link {
  readonly seq: number;
  readonly previousHash: string;
}

export const firstLink: Link = { seq: 0, previousHash: 'GENESIS' };

/** The longest line, its line feed not counted. A longer one is never written and never accepted. */
export const maxLineBytes = 1024 * 1024;

export interface SealedEntry {
  readonly entry: AuditEntry;
  /** The entry's line, without the line feed. */
  readonly line: string;
}

/** Puts an entry at its place. The hash covers exactly the bytes that are written, but for the hash member itself. */
export function seal(content: EntryContent, link: Link): SealedEntry {
  return sealText(content, contentText(content), link);
}

/**
 * What a content adds to a line, whatever its place: the members from `timestamp` to `metadata`. The order of the members
 * is part of the format. JSON.stringify escapes lone surrogates, so text and bytes agree.
 */
export function contentText({ timestamp, who, what, where, why, metadata }: EntryContent): string {
  return JSON.stringify({ timestamp, who, what, where, why, metadata }).slice(1, -1);
}

/** The same as `seal` for a content whose `contentText` is known already. */
export function sealText(content: EntryContent, text: string, { seq, previousHash }: Link): SealedEntry {
  const unsealed = `{"seq":${seq},${text},"previousHash":"${previousHash}"`;
  const digest = hash('sha256', `${unsealed}}`, 'hex');
  const { timestamp, who, what, where, why, metadata } = content;
  return {
    entry: { seq, timestamp, who, what, where, why, metadata, previousHash, hash: digest },
    line: `${unsealed},"hash":"${digest}"}`,
  };
}

/** The place after an entry. */
export function linkAfter(entry: { readonly seq: number; readonly hash: string }): Link {
  return { seq: entry.seq + 1, previousHash: entry.hash };
}

export type LineCheck =
  | { readonly kind: 'good'; readonly seq: number; readonly previousHash: unknown; readonly hash: string }
  /** `problem` completes a sentence that begins with the entry: "entry 7 …". */
  | { readonly kind: 'bad'; readonly problem: string };

/**
 * Checks one line, without its line feed: every byte must be what `seal` would have written, and its hash must be right.
 * With a link, the line must also stand at that place. `line` is used as scratch space and given back unchanged.
 */
export function checkLine(line: Buffer, link: Link | null): LineCheck {
  if (line.length > maxLineBytes) return bad(`is longer than an entry may be (${maxLineBytes} bytes)`);
  if (!isUtf8(line)) return bad('contains bytes that are not text (invalid UTF-8)');
  const text = line.toString('utf8');
  const members = parseObject(text);
  if (members === null) return bad('is not an entry: it is not a JSON object');
  if (Object.keys(members).join() !== memberNames) return bad('has members that an entry does not have, or lacks some');
  if (stringify(members) !== text) {
    return bad('is not written byte for byte as entries are: spaces, a member given twice, or an unusual spelling');
  }
  const { seq, previousHash, hash: claimed } = members;
  if (typeof claimed !== 'string' || claimed.length !== 64) return bad('has no proper hash');
  if (claimed !== hashOfLine(line)) {
    return bad('was changed after it was written: its content does not match its own hash');
  }
  if (typeof seq !== 'number' || !Number.isSafeInteger(seq) || seq < 0) return bad('has no proper sequence number');
  if (link === null || (seq === link.seq && previousHash === link.previousHash))
    return { kind: 'good', seq, previousHash, hash: claimed };
  return bad(
    seq === link.seq
      ? 'does not continue the entry before it: that entry, or this one, was put in the place of another'
      : `is numbered ${seq}: entries were removed, added or moved here`,
  );
}

/**
 * The hash of the line in `bytes` from `start` to `end`, if it stands at a place by its raw bytes alone: fixed beginning
 * and end, and a right hash between them. Null where it is not so. What stands between is as it was hashed, whatever it
 * is: `checkLine` looks at that too. The bytes are scratch space. A million lines go through here: no text is made of them.
 */
export function checkRawLine(bytes: Buffer, start: number, end: number, { seq, previousHash }: Link): string | null {
  const number = String(seq);
  const cut = end - suffixBytes;
  const link = cut - linkStart.length - previousHash.length - 1;
  if (end - start > maxLineBytes || link <= start + entryStart.length + number.length + timeStart.length) return null;
  const isPlaced =
    hasText(bytes, start, entryStart) &&
    hasText(bytes, start + entryStart.length, number) &&
    hasText(bytes, start + entryStart.length + number.length, timeStart) &&
    hasText(bytes, link, linkStart) &&
    hasText(bytes, link + linkStart.length, previousHash) &&
    bytes[cut - 1] === quote &&
    hasText(bytes, cut, hashStart) &&
    bytes[end - 2] === quote &&
    bytes[end - 1] === closingBrace;
  if (!isPlaced) return null;
  const digest = hashUpTo(bytes, start, cut);
  return hasText(bytes, cut + hashStart.length, digest) ? digest : null;
}

const entryStart = '{"seq":';
const timeStart = ',"timestamp":"';
const linkStart = ',"previousHash":"';
const hashStart = ',"hash":"';
const quote = 0x22;

function hasText(bytes: Buffer, at: number, text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    if (bytes[at + index] !== text.charCodeAt(index)) return false;
  }
  return true;
}

const memberNames = 'seq,timestamp,who,what,where,why,metadata,previousHash,hash';
const suffixBytes = `,"hash":"${'0'.repeat(64)}"}`.length;
const comma = 0x2c;
const closingBrace = 0x7d;

function hashOfLine(line: Buffer): string {
  return hashUpTo(line, 0, line.length - suffixBytes);
}

/** The raw bytes up to the hash member, closed by a brace. Written into the line and taken back, which saves a copy. */
function hashUpTo(bytes: Buffer, start: number, cut: number): string {
  // Whatever stands there is put back, a byte that was changed too: who reads on must find it.
  const kept = bytes[cut] ?? comma;
  bytes[cut] = closingBrace;
  const digest = hash('sha256', bytes.subarray(start, cut + 1), 'hex');
  bytes[cut] = kept;
  return digest;
}

function parseObject(text: string): Readonly<Record<string, unknown>> | null {
  // A file of millions of such lines must not take an hour: to throw is slow.
  if (!text.startsWith('{')) return null;
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Nesting that exhausts the stack is no entry: `redactRecord` lets none in. */
function stringify(value: object): string | null {
  try {
    return JSON.stringify(value);
  } catch {
    return null;
  }
}

function bad(problem: string): LineCheck {
  return { kind: 'bad', problem };
}
