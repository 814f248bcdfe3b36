import { createPublicKey, hash, verify, type KeyObject } from 'node:crypto';

// Keys of signed notes (C2SP signed-note): a name, four bytes that tell keys of one name apart, and an Ed25519 key.

/** What a key signs; part of its id, so that no signature of one kind passes as one of another. */
export const noteKeyKind = { note: 0x01, cosignature: 0x04 } as const;
export type NoteKeyKind = keyof typeof noteKeyKind;

export interface NoteKey {
  readonly name: string;
  readonly kind: NoteKeyKind;
  /** Eight hexadecimal digits. */
  readonly id: string;
  /** The 32 bytes of the Ed25519 key (RFC 8032). */
  readonly publicKey: Buffer;
}

/** The key of this name. The id is the beginning of SHA-256 over the name, a line feed, the kind and the key. */
export function noteKey(name: string, publicKey: Buffer, kind: NoteKeyKind = 'note'): NoteKey {
  const id = hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), Buffer.of(noteKeyKind[kind]), publicKey]), 'hex');
  return { name, kind, id: id.slice(0, 8), publicKey };
}

/** The key as one line of text, a "vkey": `<name>+<id>+<base64 of kind and key>`. */
export function printNoteKey({ name, kind, id, publicKey }: NoteKey): string {
  return `${name}+${id}+${Buffer.concat([Buffer.of(noteKeyKind[kind]), publicKey]).toString('base64')}`;
}

/** Reads a key from its line; null where it is none, or where its id is not the key's. */
export function parseNoteKey(text: string): NoteKey | null {
  const match = /^([^+\s\u0085]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)$/.exec(text);
  if (match === null) return null;
  const [, name = '', id = '', data = ''] = match;
  const bytes = Buffer.from(data, 'base64');
  if (bytes.length !== 33 || bytes.toString('base64') !== data) return null;
  const kind = bytes[0] === noteKeyKind.note ? 'note' : bytes[0] === noteKeyKind.cosignature ? 'cosignature' : null;
  if (kind === null) return null;
  const key = noteKey(name, bytes.subarray(1), kind);
  return key.id === id ? key : null;
}

/** Whether a signature over a message was made with this key (Ed25519, RFC 8032). */
export function isSignedBy({ publicKey }: NoteKey, message: string | Uint8Array, signature: Uint8Array): boolean {
  const bytes = typeof message === 'string' ? Buffer.from(message) : message;
  return signature.length === 64 && verify(null, bytes, keyObject(publicKey), signature);
}

/** The 32 bytes of an Ed25519 public key. */
export function publicKeyBytes(key: KeyObject): Buffer {
  return Buffer.from(key.export({ format: 'der', type: 'spki' }).subarray(-32));
}

/** The fixed beginning of an Ed25519 key in DER (RFC 8410). */
const spkiPrefix = Buffer.from('302a300506032b6570032100', 'hex');

/** Made once for each key: a log has thousands of signatures of one. */
const keyObjects = new WeakMap<Buffer, KeyObject>();

function keyObject(publicKey: Buffer): KeyObject {
  const known = keyObjects.get(publicKey);
  if (known !== undefined) return known;
  const made = createPublicKey({ key: Buffer.concat([spkiPrefix, publicKey]), format: 'der', type: 'spki' });
  keyObjects.set(publicKey, made);
  return made;
}
