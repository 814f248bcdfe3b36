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
  const { timestamp, who, what, where, why, metadata } = content;
  const { seq, previousHash } = link;
  // The order of the members is part of the format. JSON.stringify escapes lone surrogates, so text and bytes agree.
  const unsealed = { seq, timestamp, who, what, where, why, metadata, previousHash };
  const text = JSON.stringify(unsealed);
  const digest = hash('sha256', text, 'hex');
  return { entry: { ...unsealed, hash: digest }, line: `${text.slice(0, -1)},"hash":"${digest}"}` };
}

/** The place after an entry. */
export function linkAfter(entry: { readonly seq: number; readonly hash: string }): Link {
  return { seq: entry.seq + 1, previousHash: entry.hash };
}

export type LineCheck =
  | { readonly kind: 'good'; readonly seq: number; readonly hash: string }
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
    return { kind: 'good', seq, hash: claimed };
  return bad(
    seq === link.seq
      ? 'does not continue the entry before it: that entry, or this one, was put in the place of another'
      : `is numbered ${seq}: entries were removed, added or moved here`,
  );
}

const memberNames = 'seq,timestamp,who,what,where,why,metadata,previousHash,hash';
const suffixBytes = `,"hash":"${'0'.repeat(64)}"}`.length;
const comma = 0x2c;
const closingBrace = 0x7d;

/** The raw bytes up to the hash member, closed by a brace. Written into the line and taken back, which saves a copy. */
function hashOfLine(line: Buffer): string {
  const cut = line.length - suffixBytes;
  line[cut] = closingBrace;
  const digest = hash('sha256', line.subarray(0, cut + 1), 'hex');
  line[cut] = comma;
  return digest;
}

function parseObject(text: string): Readonly<Record<string, unknown>> | null {
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
