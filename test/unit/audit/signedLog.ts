import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { firstLink, linkAfter, seal, type EntryContent, type Link } from '../../../server/src/audit/chain/chain.ts';
import {
  originOf,
  printChainHead,
  printKeyEpoch,
  printPrunedHead,
  printTreeHead,
} from '../../../server/src/audit/checkpoint/checkpointText.ts';
import { CompactRange } from '../../../server/src/audit/merkle/compactRange.ts';
import { leafHash } from '../../../server/src/audit/merkle/treeHash.ts';
import { noteKey, publicKeyBytes, type NoteKey } from '../../../server/src/audit/note/noteKey.ts';
import { signatureLine, signNote } from '../../../server/src/audit/note/signedNote.ts';
import { aRecord } from './aRecord.ts';

// A log with signed checkpoints, made in memory out of the formats alone: files by name, as they lie in an audit folder.

export type Files = ReadonlyMap<string, Buffer>;

export const logId = '0123456789abcdef0123456789abcdef';
export const signedAt = '2026-03-01T10:20:30.456Z';

export interface Signer {
  readonly key: NoteKey;
  readonly privateKey: KeyObject;
}

export function aSigner(id = logId): Signer {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return { key: noteKey(originOf(id), publicKeyBytes(publicKey)), privateKey };
}

export interface Recipe {
  readonly entries: number;
  /** Sizes at which a checkpoint is made. */
  readonly checkpoints?: readonly number[];
  /** Sizes at which the log goes on in a new file. */
  readonly rotations?: readonly number[];
  /** Sizes at which another key begins to sign. */
  readonly newKeys?: readonly number[];
  /** What an entry says, where it does not matter. */
  readonly content?: (seq: number) => Partial<EntryContent>;
  /** Where the oldest segments are deleted: the number of entries in them, which a rotation stands at. */
  readonly pruned?: number;
  readonly logId?: string;
  readonly signers?: readonly Signer[];
}

export interface BuiltLog {
  readonly files: Files;
  readonly lines: readonly string[];
  /** The chain hash after so many entries. */
  readonly hashAt: (size: number) => string;
  readonly signers: readonly Signer[];
}

/** Builds the log that a writer would have left that did these things. */
export function buildLog(recipe: Recipe): BuiltLog {
  const { entries, checkpoints = [], rotations = [], newKeys = [], pruned = 0 } = recipe;
  const id = recipe.logId ?? logId;
  const signers = recipe.signers ?? [0, ...newKeys].map(() => aSigner(id));
  const segments: { firstSeq: number; lines: string[] }[] = [{ firstSeq: 0, lines: [] }];
  const lines: string[] = [];
  const records: unknown[] = [];
  const tree = CompactRange.empty();
  let link: Link = firstLink;
  let epoch = 0;
  const signer = (): Signer => signers[epoch - 1] ?? aSigner(id);

  const newKey = (): void => {
    epoch += 1;
    const { key, privateKey } = signer();
    const text = printKeyEpoch({ logId: id, epoch, key, from: lines.length, protection: 'keychain', at: signedAt });
    const before = signers[epoch - 2];
    const own = signNote(text, key, privateKey);
    records.push({
      kind: 'key',
      note:
        before === undefined ? own : own + signatureLine(before.key, sign(null, Buffer.from(text), before.privateKey)),
    });
  };
  const checkpoint = (): void => {
    const { key, privateKey } = signer();
    const size = lines.length;
    const segment = segments.at(-1) ?? { firstSeq: 0, lines: [] };
    records.push({
      kind: 'checkpoint',
      tree: signNote(printTreeHead({ logId: id, size, root: tree.root() }), key, privateKey),
      head: signNote(printChainHead({ logId: id, size, hash: link.previousHash, at: signedAt }), key, privateKey),
      roots: tree.roots.map((root) => root.toString('hex')),
      segment: segment.firstSeq,
      offset: Buffer.byteLength(segment.lines.map((line) => `${line}\n`).join('')),
    });
  };
  const prune = (): void => {
    const gone = CompactRange.empty();
    for (const line of lines.slice(0, pruned)) gone.append(leafHash(Buffer.from(line)));
    const head = { logId: id, size: pruned, hash: hashAt(pruned), root: gone.root(), at: signedAt };
    const { key, privateKey } = signer();
    const roots = gone.roots.map((root) => root.toString('hex'));
    records.push({ kind: 'pruned', note: signNote(printPrunedHead(head), key, privateKey), roots });
  };
  const hashAt = (size: number): string => (lines[size - 1] ?? '').slice(-66, -2);

  if (checkpoints.length > 0) newKey();
  for (let seq = 0; seq < entries; seq += 1) {
    if (newKeys.includes(seq) && seq > 0) newKey();
    if (rotations.includes(seq)) segments.push({ firstSeq: seq, lines: [] });
    const { who, what, where, why, metadata } = aRecord(seq);
    const named = seq === 0 ? { ...metadata, log_id: id } : metadata;
    const content = { timestamp: signedAt, who, what, where, why, metadata: named, ...recipe.content?.(seq) };
    const sealed = seal(content, link);
    link = linkAfter(sealed.entry);
    lines.push(sealed.line);
    segments.at(-1)?.lines.push(sealed.line);
    tree.append(leafHash(Buffer.from(sealed.line)));
    if (checkpoints.includes(seq + 1)) checkpoint();
  }
  if (pruned > 0) prune();

  const files = new Map<string, Buffer>();
  for (const [index, segment] of segments.entries()) {
    const name = index === segments.length - 1 ? 'audit.jsonl' : `audit-${segment.firstSeq}.jsonl`;
    if (segment.firstSeq >= pruned) files.set(name, bytesOf(segment.lines));
  }
  if (records.length > 0) files.set('audit.checkpoints', bytesOf(records.map((record) => JSON.stringify(record))));
  return { files, lines, hashAt, signers };
}

export function bytesOf(lines: readonly string[]): Buffer {
  return Buffer.from(lines.map((line) => `${line}\n`).join(''));
}

/** The lines of a file. */
export function linesOf(files: Files, name = 'audit.jsonl'): string[] {
  return (files.get(name) ?? Buffer.alloc(0)).toString('utf8').split('\n').slice(0, -1);
}

/** The same files with one changed, or without it. */
export function withFile(files: Files, name: string, bytes: Buffer | null): Files {
  const changed = new Map(files);
  if (bytes === null) changed.delete(name);
  else changed.set(name, bytes);
  return changed;
}
