import { writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  originOf,
  printChainHead,
  printKeyEpoch,
  printPrunedHead,
  printTreeHead,
} from '../../../../server/src/audit/checkpoint/checkpointText.ts';
import { CompactRange } from '../../../../server/src/audit/merkle/compactRange.ts';
import { leafHash } from '../../../../server/src/audit/merkle/treeHash.ts';
import { parseNote, signatureLine, signNote } from '../../../../server/src/audit/note/signedNote.ts';
import { logFile, makeLog, readLog } from '../aLog.ts';
import { aKey } from '../note/aKey.ts';
import { parse } from '../theRecipe.ts';

export interface SignedLogShape {
  readonly entries: number;
  /** The sizes at which a checkpoint is signed. */
  readonly signedAt: readonly number[];
  /** The first entries of the segments behind the first one. */
  readonly segments?: readonly number[];
  /** The sizes at which a new key takes over. */
  readonly newKeysAt?: readonly number[];
  /** The segments before this entry are deleted, and that is signed. */
  readonly prunedTo?: number;
}

/** A log in a folder with its signed checkpoints and segments, as the format says, and the keys that signed it. */
export async function makeSignedLog(folder: string, shape: SignedLogShape) {
  const { entries, signedAt, segments = [], newKeysAt = [], prunedTo } = shape;
  await makeLog(folder, entries);
  const lines = readLog(folder);
  const first = parse(lines[0] ?? '');
  const logId = String(Object(first['metadata'])['log_id']);
  const keys = [0, ...newKeysAt].map((from) => ({ from, ...aKey(originOf(logId)) }));
  const at = '2026-03-01T10:20:30.456Z';
  /** The lines of `audit.checkpoints`, each with the size that it is about. */
  const records: { readonly size: number; readonly line: string }[] = [];
  const record = (size: number, content: object): void => {
    records.push({ size, line: JSON.stringify(content) });
  };
  const tree = CompactRange.empty();
  const roots = (): string[] => tree.roots.map((root) => root.toString('hex'));
  let signer = keys[0] ?? aKey('none');
  let segment = 0;
  let offset = 0;
  for (const [index, line] of lines.entries()) {
    const epoch = keys.findIndex(({ from }) => from === index);
    const next = keys[epoch];
    if (next !== undefined) {
      const own = { logId, epoch: epoch + 1, key: next.key, from: index, protection: 'file', at } as const;
      const note = signNote(printKeyEpoch(own), next.key, next.privateKey);
      const text = parseNote(note)?.text ?? '';
      const before = parseNote(signNote(text, signer.key, signer.privateKey))?.signatures[0]?.signature;
      const second = epoch === 0 || before === undefined ? '' : signatureLine(signer.key, before);
      record(index, { kind: 'key', note: note + second });
      signer = next;
    }
    if (segments.includes(index)) {
      segment = index;
      offset = 0;
    }
    tree.append(leafHash(Buffer.from(line)));
    offset += Buffer.byteLength(line) + 1;
    const size = index + 1;
    const hash = String(parse(line)['hash']);
    if (signedAt.includes(size)) {
      record(size, {
        kind: 'checkpoint',
        tree: signNote(printTreeHead({ logId, size, root: tree.root() }), signer.key, signer.privateKey),
        head: signNote(printChainHead({ logId, size, hash, at }), signer.key, signer.privateKey),
        roots: roots(),
        segment,
        offset,
      });
    }
    if (size === prunedTo) {
      const note = printPrunedHead({ logId, size, hash, root: tree.root(), at });
      record(size, { kind: 'pruned', note: signNote(note, signer.key, signer.privateKey), roots: roots() });
    }
  }
  writeSegments(folder, lines, segments, prunedTo ?? 0);
  writeFileSync(path.join(folder, 'audit.checkpoints'), records.map(({ line }) => `${line}\n`).join(''));
  return { logId, lines, keys, records };
}

function writeSegments(folder: string, lines: readonly string[], segments: readonly number[], from: number): void {
  const starts = [0, ...segments];
  for (const [index, start] of starts.entries()) {
    const end = starts[index + 1];
    const text = lines
      .slice(start, end)
      .map((line) => `${line}\n`)
      .join('');
    const name = end === undefined ? logFile(folder) : path.join(folder, `audit-${start}.jsonl`);
    if (start >= from) writeFileSync(name, text);
  }
}
