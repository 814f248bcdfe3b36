import { hash } from 'node:crypto';

// The two hashes of a Merkle tree (RFC 6962 section 2.1): a leaf and a node can never be taken for one another.

/** The root of a tree without leaves: SHA-256 of nothing. */
export const emptyRoot: Buffer = hash('sha256', '', 'buffer');

/** Room to put the prefix before what is hashed, used again each time: a million lines would need a million copies. */
const leafRoom = Buffer.alloc(16 * 1024);
const nodeRoom = Buffer.alloc(65);
nodeRoom[0] = 1;

/** The hash of a leaf: SHA-256 of a zero byte and the leaf. A leaf of the audit log is a line without its line feed. */
export function leafHash(leaf: Uint8Array): Buffer {
  if (leaf.length >= leafRoom.length) return digest(Buffer.concat([Buffer.of(0), leaf]));
  leafRoom.set(leaf, 1);
  return digest(leafRoom.subarray(0, leaf.length + 1));
}

/** The same for a line that is text; without lone surrogates, which no line holds. */
export function leafHashOfText(line: string): Buffer {
  return digest(`\u0000${line}`);
}

/** The hash of the node above two others: SHA-256 of a one byte and both. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  if (left.length !== 32 || right.length !== 32) return digest(Buffer.concat([Buffer.of(1), left, right]));
  nodeRoom.set(left, 1);
  nodeRoom.set(right, 33);
  return digest(nodeRoom);
}

/** By way of text, whose bytes go into Node's pool: a buffer straight from `hash` costs an allocation, twice the time. */
function digest(data: Uint8Array | string): Buffer {
  return Buffer.from(hash('sha256', data, 'binary'), 'latin1');
}
