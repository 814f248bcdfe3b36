import { parseNoteKey, printNoteKey, type NoteKey } from '../note/noteKey.ts';

// The texts that are signed about a log. Their first lines differ, so that none can be shown for another. `logId` is the
// log's own name: `log_id` of its first entry, or of a log that another program began, the first 32 digits of its first hash.

/** The name of a log in signed notes, and of the keys that sign about it. */
export function originOf(logId: string): string {
  return `loki/${logId}/audit`;
}

/** A state of the log as a Merkle tree: a C2SP checkpoint (tlog-checkpoint). */
export interface TreeHead {
  readonly logId: string;
  /** How many entries it covers. */
  readonly size: number;
  /** RFC 6962 root over the lines. */
  readonly root: Buffer;
}

export function printTreeHead({ logId, size, root }: TreeHead): string {
  return `${originOf(logId)}\n${size}\n${root.toString('base64')}\n`;
}

export function parseTreeHead(text: string): TreeHead | null {
  const match = patterns.tree.exec(text);
  if (match === null) return null;
  const [, logId = '', size = '', root = ''] = match;
  const head = { logId, size: Number(size), root: Buffer.from(root, 'base64') };
  return printTreeHead(head) === text ? head : null;
}

/** The same state as the chain alone tells it, so that checking the chain needs no tree. */
export interface ChainHead {
  readonly logId: string;
  readonly size: number;
  /** `hash` of the last entry that it covers. */
  readonly hash: string;
  /** When it was signed, ISO 8601 in UTC. */
  readonly at: string;
}

export function printChainHead({ logId, size, hash, at }: ChainHead): string {
  return `${originOf(logId)}/head\n${size}\n${hash}\n${at}\n`;
}

export function parseChainHead(text: string): ChainHead | null {
  const match = patterns.head.exec(text);
  if (match === null) return null;
  const [, logId = '', size = '', hash = '', at = ''] = match;
  const head = { logId, size: Number(size), hash, at };
  return printChainHead(head) === text ? head : null;
}

/** Entries that were deleted on purpose: all before `size`, the last of which had this hash. */
export interface PrunedHead {
  readonly logId: string;
  readonly size: number;
  readonly hash: string;
  /** Root of the tree over all that was deleted. */
  readonly root: Buffer;
  readonly at: string;
}

export function printPrunedHead({ logId, size, hash, root, at }: PrunedHead): string {
  return `${originOf(logId)}/pruned\n${size}\n${hash}\n${root.toString('base64')}\n${at}\n`;
}

export function parsePrunedHead(text: string): PrunedHead | null {
  const match = patterns.pruned.exec(text);
  if (match === null) return null;
  const [, logId = '', size = '', hash = '', root = '', at = ''] = match;
  const head = { logId, size: Number(size), hash, root: Buffer.from(root, 'base64'), at };
  return printPrunedHead(head) === text ? head : null;
}

/**
 * A key and what it signs: every checkpoint of more than `from` entries, until the next epoch begins. The note of the
 * first epoch is signed by its own key, every later one by the key before it too.
 */
export interface KeyEpoch {
  readonly logId: string;
  /** 1 for the first key. */
  readonly epoch: number;
  readonly key: NoteKey;
  readonly from: number;
  readonly protection: 'keychain' | 'file';
  readonly at: string;
}

export function printKeyEpoch({ logId, epoch, key, from, protection, at }: KeyEpoch): string {
  return `${originOf(logId)}/key\nepoch ${epoch}\n${printNoteKey(key)}\nfrom ${from}\nkept in ${protection}\n${at}\n`;
}

export function parseKeyEpoch(text: string): KeyEpoch | null {
  const match = patterns.key.exec(text);
  if (match === null) return null;
  const [, logId = '', epoch = '', line = '', from = '', kept = '', at = ''] = match;
  const key = parseNoteKey(line);
  if (key === null || key.name !== originOf(logId)) return null;
  const protection = kept === 'keychain' ? 'keychain' : 'file';
  const parsed = { logId, epoch: Number(epoch), key, from: Number(from), protection, at } as const;
  return printKeyEpoch(parsed) === text ? parsed : null;
}

const origin = 'loki/([0-9a-f]{32})/audit';
const number = '(0|[1-9][0-9]{0,14})';
const digest = '([0-9a-f]{64})';
const time = '([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z)';

const root = '([A-Za-z0-9+/]{43}=)';
/** Made once: a log has thousands of checkpoints. */
const patterns = {
  tree: new RegExp(`^${origin}\n${number}\n${root}\n$`),
  head: new RegExp(`^${origin}/head\n${number}\n${digest}\n${time}\n$`),
  pruned: new RegExp(`^${origin}/pruned\n${number}\n${digest}\n${root}\n${time}\n$`),
  key: new RegExp(`^${origin}/key\nepoch ${number}\n(.+)\nfrom ${number}\nkept in (keychain|file)\n${time}\n$`),
};
