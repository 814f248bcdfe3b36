import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkProof } from '../../../../server/src/audit/proof/checkProof.ts';
import { printProof, type ProofDocument } from '../../../../server/src/audit/proof/proofDocument.ts';
import { proveConsistency, proveInclusion } from '../../../../server/src/audit/proof/prove.ts';
import { signNote } from '../../../../server/src/audit/note/signedNote.ts';
import { printTreeHead } from '../../../../server/src/audit/checkpoint/checkpointText.ts';
import { longLivedFolder, temporaryFolder } from '../../storage/temporaryFolder.ts';
import { aKey } from '../note/aKey.ts';
import { makeSignedLog } from './aSignedLog.ts';

const shape = { entries: 60, signedAt: [7, 20, 32, 33, 50], segments: [20, 41], newKeysAt: [30] };

/** Altered documents must fail, so they are written as any other. */
type Members = Record<string, unknown>;
const membersOf = (document: ProofDocument): Members => Object.assign({}, JSON.parse(printProof(document)));
const problemOf = (members: Members, key = null as Parameters<typeof checkProof>[1]): string => {
  const check = checkProof(JSON.stringify(members), key);
  return check.kind === 'bad' ? check.problem : '';
};

describe('a log with segments, checkpoints and two keys', () => {
  let folder = '';
  let log: Awaited<ReturnType<typeof makeSignedLog>>;
  beforeAll(async () => {
    folder = longLivedFolder();
    log = await makeSignedLog(folder, shape);
  });
  const key = (index: number) => log.keys[index]?.key ?? null;

  test('every covered entry is proved, and everybody can check it', async () => {
    for (let seq = 0; seq < 50; seq += 1) {
      const document = await proveInclusion(folder, seq);
      expect(document).toMatchObject({ kind: 'inclusion', index: seq, treeSize: 50, entry: log.lines[seq] });
      expect(checkProof(printProof(document, 2), key(0))).toMatchObject({
        kind: 'good',
        statement: `Entry ${seq} is in the log as it was signed at 2026-03-01T10:20:30.456Z, when it had 50 entries`,
        log: `loki/${log.logId}/audit`,
        size: 50,
        epoch: 2,
        keyProtection: 'file',
        isKeyKnown: true,
      });
    }
  });

  test('every state is proved to be the beginning of the newest, and of the signed ones', async () => {
    for (const to of [7, 20, 32, 33, 50, null]) {
      for (let from = 1; from <= (to ?? 50); from += 1) {
        const document = await proveConsistency(folder, { from, to });
        const check = checkProof(printProof(document), key(0));
        expect(check).toMatchObject({ kind: 'good', size: to ?? 50 });
        expect(document).toMatchObject({
          fromSize: from,
          fromCheckpoint: shape.signedAt.includes(from) ? expect.stringContaining(`\n${from}\n`) : null,
        });
      }
    }
  });

  test('nothing is written', async () => {
    const before = readdirSync(folder).map((name) => [name, readFileSync(path.join(folder, name), 'latin1')]);
    await proveInclusion(folder, 3);
    await proveConsistency(folder, { from: 10, to: null });
    expect(readdirSync(folder).map((name) => [name, readFileSync(path.join(folder, name), 'latin1')])).toEqual(before);
  });

  test('what no checkpoint covers is not proved, and it is said why', async () => {
    const refused = async (proof: Promise<unknown>): Promise<string> => {
      try {
        await proof;
        return 'proved';
      } catch (error) {
        return error instanceof Error ? error.message : 'no error';
      }
    };
    expect([
      await refused(proveInclusion(folder, 50)),
      await refused(proveConsistency(folder, { from: 51, to: null })),
      await refused(proveConsistency(folder, { from: 3, to: 31 })),
      await refused(proveConsistency(folder, { from: 3, to: 6 })),
      await refused(proveConsistency(folder, { from: 8, to: 7 })),
      await refused(proveInclusion(path.join(folder, 'nothing'), 0)),
    ]).toEqual([
      expect.stringMatching(/^entry 50 is not covered by a signature yet: the last checkpoint covers 50 entries/),
      expect.stringMatching(/^the state of 51 entries is not covered/),
      'no checkpoint was signed at 31 entries: the last one before it covers 20 entries, the newest covers 50 entries; leave out --to for the newest',
      'no checkpoint was signed at 6 entries: the newest covers 50 entries; leave out --to for the newest',
      expect.stringMatching(/^the state of 8 entries is not covered/),
      expect.stringMatching(/^the audit log has no signed checkpoint/),
    ]);
  });

  test('the key must be the one that signed, or one before it', async () => {
    const old = membersOf(await proveConsistency(folder, { from: 3, to: 20 }));
    const recent = membersOf(await proveInclusion(folder, 40));
    const between = membersOf(await proveConsistency(folder, { from: 20, to: 50 }));
    const stranger = aKey(`loki/${log.logId}/audit`).key;
    expect([problemOf(recent, key(0)), problemOf(recent, key(1)), problemOf(old, key(0))]).toEqual(['', '', '']);
    expect(problemOf(recent, stranger)).toMatch(/^The key that was given did not sign this/);
    expect(problemOf(old, key(1))).toMatch(/^The key that was given did not sign this/);
    expect(problemOf(between, key(1))).toMatch(/^The key that was given began to sign after the earlier checkpoint/);
    expect(checkProof(JSON.stringify(recent))).toMatchObject({ kind: 'good', isKeyKnown: false });
  });

  test('no member of a proof can be altered', async () => {
    const other = membersOf(await proveInclusion(folder, 41));
    const inclusion = membersOf(await proveInclusion(folder, 40));
    const consistency = membersOf(await proveConsistency(folder, { from: 20, to: null }));
    const flip = (text: string): string => text.replace(/[A-Z]/, (letter) => (letter === 'A' ? 'B' : 'A'));
    for (const [members, neighbour] of [
      [inclusion, other],
      [consistency, membersOf(await proveConsistency(folder, { from: 7, to: 33 }))],
    ] as const) {
      expect(problemOf(members)).toBe('');
      for (const [name, value] of Object.entries(members)) {
        const wrong: unknown[] = [null, 'x', 3, -1, 1.5, [], {}];
        if (typeof value === 'string') wrong.push(flip(value), `${value} `, value.slice(1));
        if (Array.isArray(value)) {
          wrong.push(value.slice(1), value.slice(0, -1), [...value, value[0]], value.toReversed());
          wrong.push(value.map((item) => flip(String(item))));
        }
        if (typeof value === 'number') wrong.push(value + 1, value - 1, String(value));
        const exchanged = neighbour[name];
        if (JSON.stringify(exchanged) !== JSON.stringify(value)) wrong.push(exchanged);
        for (const one of wrong) {
          if (JSON.stringify(one) === JSON.stringify(value)) continue;
          // Leaving out the earlier checkpoint claims less, and what is left is true.
          if (name === 'fromCheckpoint' && one === null) continue;
          expect([name, one, problemOf({ ...members, [name]: one })]).toEqual([name, one, expect.stringMatching(/./)]);
        }
        const { [name]: _left, ...rest } = members;
        expect([name, problemOf(rest)]).toEqual([name, expect.stringMatching(/./)]);
      }
      expect(problemOf({ ...members, more: 1 })).toContain('"more"');
    }
    expect(checkProof('{')).toEqual({ kind: 'bad', problem: 'This is not a proof: it is not a JSON object' });
  });

  test('a checkpoint signed by a key that was replaced is refused, and a key that nobody announced', async () => {
    const members = membersOf(await proveInclusion(folder, 5));
    const [first] = log.keys;
    const { keys } = await proveInclusion(folder, 5);
    if (first === undefined) throw new Error('the log has a key');
    const forged = printTreeHead({ logId: log.logId, size: 50, root: Buffer.alloc(32) });
    expect(problemOf({ ...members, checkpoint: signNote(forged, first.key, first.privateKey) })).toMatch(
      /not signed by the key of epoch 2/,
    );
    expect(problemOf({ ...members, keys: keys.slice(0, 1) })).toMatch(/not signed by the key of epoch 1/);
    expect(problemOf({ ...members, keys: keys.slice(1) })).toMatch(/the key of epoch 1 is missing/);
    const alone = (keys[1] ?? '').split('\n').slice(0, -2).join('\n');
    expect(problemOf({ ...members, keys: [keys[0], `${alone}\n`] })).toMatch(/not signed by the key before it/);
  });
});

test('an entry that is changed after it was signed is not proved', async () => {
  const folder = temporaryFolder();
  const { lines } = await makeSignedLog(folder, { entries: 20, signedAt: [8, 20] });
  const changed = lines.map((line, index) => (index === 12 ? line.replace('implementer', 'mallory') : line));
  writeFileSync(path.join(folder, 'audit.jsonl'), changed.map((line) => `${line}\n`).join(''));
  // One after the other: a refusal that nobody waits for yet would count as unhandled.
  for (const prove of [
    async () => await proveInclusion(folder, 12),
    async () => await proveInclusion(folder, 13),
    async () => await proveConsistency(folder, { from: 8, to: null }),
  ])
    await expect(prove()).rejects.toMatchObject({
      code: 'audit_unproved',
      message: expect.stringContaining('does not agree with its signed checkpoints'),
    });
  // What lies before the checkpoint from which the tree is continued is taken from there.
  await expect(proveInclusion(folder, 3)).rejects.toMatchObject({ code: 'audit_unproved' });
});

test('a log whose beginning was deleted on purpose proves what is left, and says what is gone', async () => {
  const folder = temporaryFolder();
  const { keys } = await makeSignedLog(folder, {
    entries: 40,
    signedAt: [5, 13, 26, 40],
    segments: [13, 26],
    prunedTo: 13,
  });
  expect(readdirSync(folder)).not.toContain('audit-0.jsonl');
  for (let seq = 13; seq < 40; seq += 1)
    expect(checkProof(printProof(await proveInclusion(folder, seq)), keys[0]?.key)).toMatchObject({ kind: 'good' });
  for (let from = 13; from <= 40; from += 1)
    expect(checkProof(printProof(await proveConsistency(folder, { from, to: null })))).toMatchObject({ kind: 'good' });
  await expect(proveInclusion(folder, 12)).rejects.toThrow(
    /entry 12 was deleted on purpose: the log begins with entry 13/,
  );
  await expect(proveConsistency(folder, { from: 12, to: null })).rejects.toThrow(/first 13 entries were deleted/);
});

test('checkpoints that are no records are refused with the way to find out more', async () => {
  const folder = temporaryFolder();
  await makeSignedLog(folder, { entries: 3, signedAt: [3] });
  const file = path.join(folder, 'audit.checkpoints');
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, `${text}{"kind":"checkpoint","tree":`);
  expect(await proveInclusion(folder, 1)).toMatchObject({ index: 1, treeSize: 3 });
  writeFileSync(file, `${text}hello\n`);
  await expect(proveInclusion(folder, 1)).rejects.toMatchObject({
    code: 'audit_unreadable',
    message: expect.stringContaining('loki audit verify'),
  });
});
