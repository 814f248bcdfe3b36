import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import { closeSync, openSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { firstLink, linkAfter, seal, type EntryContent } from '../../../server/src/audit/chain/chain.ts';
import {
  originOf,
  printChainHead,
  printKeyEpoch,
  printTreeHead,
} from '../../../server/src/audit/checkpoint/checkpointText.ts';
import { CompactRange } from '../../../server/src/audit/merkle/compactRange.ts';
import { leafHash } from '../../../server/src/audit/merkle/treeHash.ts';
import { noteKey, publicKeyBytes } from '../../../server/src/audit/note/noteKey.ts';
import { signNote } from '../../../server/src/audit/note/signedNote.ts';

const segmentBytes = 10 * 1024 * 1024;
const checkpointEvery = 1000;
const at = '2026-03-01T10:20:30.456Z';

/**
 * Writes a log of so many entries as a writer leaves it: in segments that are linked, with a signed checkpoint every 1,000
 * entries. Sealed in bulk and not synced, which takes seconds instead of hours.
 */
export function writeSignedLog(folder: string, entries: number): void {
  const logId = randomBytes(16).toString('hex');
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const key = noteKey(originOf(logId), publicKeyBytes(publicKey));
  const sign = (text: string): string => signNote(text, key, privateKey);
  const records = [
    { kind: 'key', note: sign(printKeyEpoch({ logId, epoch: 1, key, from: 0, protection: 'keychain', at })) },
  ] as unknown[];
  const current = path.join(folder, 'audit.jsonl');
  const tree = CompactRange.empty();
  let link = firstLink;
  let file = openSync(current, 'w');
  let firstSeq = 0;
  let bytes = 0;
  let digest = createHash('sha256');
  let pending: Buffer[] = [];

  const flush = (): void => {
    const all = Buffer.concat(pending);
    writeSync(file, all);
    digest.update(all);
    pending = [];
  };
  const append = (content: EntryContent): void => {
    const { entry, line } = seal(content, link);
    const whole = Buffer.from(`${line}\n`);
    pending.push(whole);
    bytes += whole.length;
    tree.append(leafHash(whole.subarray(0, -1)));
    link = linkAfter(entry);
    if (pending.length === 2000) flush();
  };
  const checkpoint = (): void => {
    const size = link.seq;
    const roots = tree.roots.map((root) => root.toString('hex'));
    const treeNote = sign(printTreeHead({ logId, size, root: tree.root() }));
    const headNote = sign(printChainHead({ logId, size, hash: link.previousHash, at }));
    records.push({ kind: 'checkpoint', tree: treeNote, head: headNote, roots, segment: firstSeq, offset: bytes });
  };
  const rotate = (): void => {
    checkpoint();
    flush();
    closeSync(file);
    const name = `audit-${firstSeq}.jsonl`;
    renameSync(current, path.join(folder, name));
    const metadata = {
      segment: name,
      first_seq: firstSeq,
      last_seq: link.seq - 1,
      bytes,
      sha256: digest.digest('hex'),
      root: tree.root().toString('hex'),
    };
    file = openSync(current, 'w');
    firstSeq = link.seq;
    bytes = 0;
    digest = createHash('sha256');
    append({ timestamp: at, who: 'loki', what: 'audit_segment', where: name, why: null, metadata });
  };

  while (link.seq < entries) {
    if (bytes >= segmentBytes) rotate();
    const content = contentOf(link.seq);
    append(link.seq === 0 ? { ...content, metadata: { ...content.metadata, log_id: logId } } : content);
    if (link.seq % checkpointEvery === 0 || link.seq === entries) checkpoint();
  }
  flush();
  closeSync(file);
  writeFileSync(
    path.join(folder, 'audit.checkpoints'),
    records.map((record) => `${JSON.stringify(record)}\n`).join(''),
  );
}

function contentOf(n: number): EntryContent {
  return {
    timestamp: new Date(1_767_225_600_000 + n * 700).toISOString(),
    who: n % 7 === 0 ? 'loki' : 'implementer',
    what: ['file_read', 'file_write', 'command', 'model_call', 'gate'][n % 5] ?? 'gate',
    where: `src/module${n % 97}/file${n % 1009}.ts`,
    why: `Step ${n % 23} of the plan: make the parser accept what the tests ask for`,
    metadata: {
      task_id: `task-${Math.floor(n / 50)}`,
      run_id: `run-${Math.floor(n / 50)}`,
      phase: ['reason', 'act', 'reflect', 'verify'][n % 4],
      agent: 'implementer',
      swarm: 'engineering',
      provider: 'anthropic',
      model: 'claude-sonnet-4-5',
      stage: n % 2 === 0 ? 'intent' : 'outcome',
      decision: n % 41 === 0 ? 'DENY' : 'ALLOW',
      duration_ms: n % 977,
      cost_usd: (n % 313) / 10_000,
    },
  };
}
