import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { printNoteKey } from '../../../../server/src/audit/note/noteKey.ts';
import { printProof, type ProofDocument } from '../../../../server/src/audit/proof/proofDocument.ts';
import { proveConsistency, proveInclusion } from '../../../../server/src/audit/proof/prove.ts';
import { temporaryFolder } from '../../storage/temporaryFolder.ts';
import { makeSignedLog } from './aSignedLog.ts';

const page = readFileSync(path.join(import.meta.dirname, '../../../../docs/audit-proofs.md'), 'utf8');
const program = /```js\n(.*?)```/s.exec(page)?.[1] ?? '';

async function check(folder: string, document: ProofDocument): Promise<string> {
  const script = path.join(folder, 'check-proof.mjs');
  writeFileSync(script, program);
  writeFileSync(path.join(folder, 'proof.json'), printProof(document));
  return (await promisify(execFile)(process.execPath, [script, path.join(folder, 'proof.json')])).stdout;
}

test('the program in the documentation accepts our proofs and refuses altered ones', async () => {
  const folder = temporaryFolder();
  const { keys } = await makeSignedLog(folder, { entries: 13, signedAt: [13], newKeysAt: [6] });
  const key = keys[1]?.key;
  for (const seq of [0, 7, 8, 11, 12]) {
    const proof = await proveInclusion(folder, seq);
    expect(await check(folder, proof)).toBe(
      `entry ${seq} is among the 13 entries that were signed with the key ${key === undefined ? '' : printNoteKey(key)}\n`,
    );
    if (proof.kind !== 'inclusion') throw new Error('not a proof of an entry');
    const changed = { ...proof, entry: proof.entry.replace('implementer', 'mallory') };
    await expect(check(folder, changed)).rejects.toMatchObject({ stderr: expect.stringContaining('not in the tree') });
    const resigned = { ...proof, checkpoint: proof.checkpoint.replace(/— (\S+) ....../, '— $1 AAAAAA') };
    await expect(check(folder, resigned)).rejects.toMatchObject({ stderr: expect.stringContaining('not signed') });
  }
});

test('the documentation names every member of a proof, and no other', async () => {
  const folder = temporaryFolder();
  await makeSignedLog(folder, { entries: 3, signedAt: [3] });
  const documents = [await proveInclusion(folder, 1), await proveConsistency(folder, { from: 2, to: null })];
  const members = documents.flatMap((document) => Object.keys(JSON.parse(printProof(document)) as object));
  const documented = [...page.matchAll(/^\| `(\w+)`/gm)].map((match) => match[1]);
  expect(new Set(documented)).toEqual(new Set(members));
});
