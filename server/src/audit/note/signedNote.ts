import { sign, type KeyObject } from 'node:crypto';
import { isSignedBy, type NoteKey } from './noteKey.ts';

// Signed notes (C2SP signed-note): a text that ends with a line feed, a blank line, and one line for each signature.

export interface NoteSignature {
  readonly name: string;
  /** Eight hexadecimal digits. */
  readonly keyId: string;
  readonly signature: Buffer;
}

export interface SignedNote {
  /** What is signed, its last line feed included. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** Signs a text, which must end with a line feed, and writes text and signature as one note. */
export function signNote(text: string, key: NoteKey, privateKey: KeyObject): string {
  return `${text}\n${signatureLine(key, sign(null, Buffer.from(text), privateKey))}`;
}

/** One line of a signature, as it stands at the end of a note. */
export function signatureLine({ name, id }: NoteKey, signature: Uint8Array): string {
  return `— ${name} ${Buffer.concat([Buffer.from(id, 'hex'), signature]).toString('base64')}\n`;
}

/** Reads a note; null where it is none. That its signatures are good says only `isNoteSignedBy`. */
export function parseNote(note: string): SignedNote | null {
  const cut = note.lastIndexOf('\n\n');
  if (cut <= 0 || !note.endsWith('\n') || !isText(note)) return null;
  const lines = note.slice(cut + 2, -1).split('\n');
  if (lines.length > maxSignatures) return null;
  const signatures = lines.map(parseSignatureLine);
  const good = signatures.filter((signature) => signature !== null);
  return good.length === lines.length ? { text: note.slice(0, cut + 1), signatures: good } : null;
}

/** Reads one line of a signature, without its line feed; null where it is none. */
export function parseSignatureLine(line: string): NoteSignature | null {
  const match = /^— ([^+\s\u0085]+) ([A-Za-z0-9+/]+=*)$/.exec(line);
  if (match === null) return null;
  const [, name = '', data = ''] = match;
  const bytes = Buffer.from(data, 'base64');
  if (bytes.length <= 4 || bytes.toString('base64') !== data) return null;
  return { name, keyId: bytes.toString('hex', 0, 4), signature: bytes.subarray(4) };
}

/**
 * Whether a note carries a good signature of this key, and no bad one. Signatures of unknown keys do not matter. A key
 * for cosignatures signs no notes: see `checkCosignature`.
 */
export function isNoteSignedBy({ text, signatures }: SignedNote, key: NoteKey): boolean {
  if (key.kind !== 'note') return false;
  const own = signatures.filter(({ name, keyId }) => name === key.name && keyId === key.id);
  return own.length > 0 && own.every(({ signature }) => isSignedBy(key, text, signature));
}

/** A note of strangers could carry any number; those that are checked are few. */
const maxSignatures = 100;

/** Notes are valid UTF-8 and hold no control characters but line feeds. */
function isText(note: string): boolean {
  // oxlint-disable-next-line no-control-regex -- control characters are what this looks for.
  return !/[\u0000-\u0009\u000b-\u001f]|\p{Surrogate}/u.test(note);
}
