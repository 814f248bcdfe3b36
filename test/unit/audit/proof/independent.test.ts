import { createPublicKey } from 'node:crypto';
import { verifyCheckpoint } from '@sigstore/verify/dist/tlog/checkpoint.js';
import { verifyMerkleInclusion } from '@sigstore/verify/dist/tlog/merkle.js';
import { expect, test } from 'vitest';
import type { NoteKey } from '../../../../server/src/audit/note/noteKey.ts';
import { proveInclusion } from '../../../../server/src/audit/proof/prove.ts';
import { temporaryFolder } from '../../storage/temporaryFolder.ts';
import { makeSignedLog } from './aSignedLog.ts';

// The verifier of Sigstore, which knows nothing of Loki, checks our proofs as if they were of its own log.

type Entry = Parameters<typeof verifyMerkleInclusion>[0];
type Authority = Parameters<typeof verifyCheckpoint>[1][number];

async function entryFor(folder: string, seq: number): Promise<Entry> {
  const proof = await proveInclusion(folder, seq);
  if (proof.kind !== 'inclusion') throw new Error('not a proof of an entry');
  return {
    logIndex: String(seq),
    logId: { keyId: Buffer.of() },
    kindVersion: { kind: 'loki', version: '1' },
    integratedTime: '0',
    inclusionPromise: { signedEntryTimestamp: Buffer.of() },
    inclusionProof: {
      logIndex: String(seq),
      rootHash: Buffer.from(proof.checkpoint.split('\n')[2] ?? '', 'base64'),
      treeSize: String(proof.treeSize),
      hashes: proof.hashes.map((hash) => Buffer.from(hash, 'base64')),
      checkpoint: { envelope: proof.checkpoint },
    },
    canonicalizedBody: Buffer.from(proof.entry),
  };
}

function authority({ name, id, publicKey }: NoteKey): Authority {
  const key = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), publicKey]);
  return {
    logID: Buffer.from(id, 'hex'),
    baseURL: name,
    publicKey: createPublicKey({ key, format: 'der', type: 'spki' }),
    validFor: { start: new Date(0), end: new Date(8e15) },
  };
}

test.each([1, 2, 7, 8, 33, 100])('Sigstore accepts our checkpoints and proofs of all %i entries', async (entries) => {
  const folder = temporaryFolder();
  const { keys } = await makeSignedLog(folder, { entries, signedAt: [entries] });
  const authorities = keys.map(({ key }) => authority(key));
  for (let seq = 0; seq < entries; seq += 1) {
    const entry = await entryFor(folder, seq);
    const checkpoint = verifyCheckpoint(entry, authorities);
    expect([checkpoint.origin, checkpoint.logSize]).toEqual([keys[0]?.key.name, BigInt(entries)]);
    verifyMerkleInclusion(entry, checkpoint);
  }
});

test('Sigstore refuses our proof for another entry', async () => {
  const folder = temporaryFolder();
  const { keys } = await makeSignedLog(folder, { entries: 20, signedAt: [20] });
  const entry = await entryFor(folder, 5);
  const checkpoint = verifyCheckpoint(
    entry,
    keys.map(({ key }) => authority(key)),
  );
  const other = await entryFor(folder, 6);
  expect(() => verifyMerkleInclusion({ ...entry, canonicalizedBody: other.canonicalizedBody }, checkpoint)).toThrow(
    'calculated root hash does not match',
  );
});
