import { hash } from 'node:crypto';

// The two hashes of a Merkle tree (RFC 6962 section 2.1): a leaf and a node can never be taken for one another.

const leafPrefix = Buffer.of(0);
const nodePrefix = Buffer.of(1);

/** The root of a tree without leaves: SHA-256 of nothing. */
export const emptyRoot: Buffer = hash('sha256', '', 'buffer');

/** The hash of a leaf: SHA-256 of a zero byte and the leaf. A leaf of the audit log is a line without its line feed. */
export function leafHash(leaf: Uint8Array): Buffer {
  return hash('sha256', Buffer.concat([leafPrefix, leaf]), 'buffer');
}

/** The same for a line that is text; without lone surrogates, which no line holds. */
export function leafHashOfText(line: string): Buffer {
  return hash('sha256', `\u0000${line}`, 'buffer');
}

/** The hash of the node above two others: SHA-256 of a one byte and both. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  return hash('sha256', Buffer.concat([nodePrefix, left, right]), 'buffer');
}
