import { cpSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { readHeads } from '../../../../server/src/audit/heads/readHeads.ts';
import { temporaryFolder } from '../../storage/temporaryFolder.ts';
import { aRecord } from '../aRecord.ts';
import { chainByHand, parse, sealByHand, type Members } from '../theRecipe.ts';
import { aPlace, checkpointWords, entriesOf, type Place } from './aPlace.ts';

const log = (place: Place) => path.join(place.folder, 'audit.jsonl');
const checkpoints = (place: Place) => path.join(place.folder, 'audit.checkpoints');
const lines = (file: string) => readFileSync(file, 'utf8').split('\n').slice(0, -1);
const write = (file: string, content: readonly string[]) =>
  writeFileSync(file, content.map((line) => `${line}\n`).join(''));

describe('a log that contradicts what is known of it', () => {
  test.each<[string, string, (place: Place) => void]>([
    ['was cut', 'its end was cut off', (place) => write(log(place), lines(log(place)).slice(0, 6))],
    [
      'was cut, and its checkpoints too',
      'are gone or cut',
      (place) => {
        write(log(place), lines(log(place)).slice(0, 6));
        write(checkpoints(place), lines(checkpoints(place)).slice(0, 2));
      },
    ],
    ['lost its checkpoints', 'are gone or cut', (place) => rmSync(checkpoints(place))],
    [
      'was written anew',
      'its signed checkpoints are those of another log',
      (place) =>
        write(
          log(place),
          chainByHand(Array.from({ length: 9 }, () => ({ timestamp: '2026-01-02T03:04:05.678Z', who: 'x' }))),
        ),
    ],
    [
      'has a last line of another history',
      'is not the one that is known',
      (place) => {
        const kept = lines(log(place));
        write(log(place), [...kept.slice(0, 8), resealed(kept[8] ?? '', { why: 'forged' })]);
      },
    ],
    [
      'has a checkpoint that somebody else signed',
      'the signature of its last checkpoint is not good',
      (place) => {
        const records = lines(checkpoints(place));
        const last = JSON.parse(records.at(-1) ?? '') as object;
        write(checkpoints(place), [...records.slice(0, -1), JSON.stringify({ ...last, roots: forgedRoots })]);
      },
    ],
  ])('is not continued when it %s', async (_what, why, change) => {
    const place = aPlace();
    await place.write(5);
    await place.write(4);
    expect(checkpointWords(place.folder)).toEqual(['key 1 from 0', '5', '9']);
    change(place);
    const left = readFileSync(log(place), 'utf8');
    const writer = place.open();
    const failure = { code: 'audit_unwritable', message: expect.stringContaining(why) };
    await expect(writer.append(aRecord(0))).rejects.toMatchObject(failure);
    await writer.close();
    expect(readFileSync(log(place), 'utf8')).toBe(left);
    expect(await place.verify()).toMatchObject({ valid: false });
  });

  test('may be shorter than the heads of another place: a copy is no loss', async () => {
    const place = aPlace();
    await place.write(5);
    const workspace = temporaryFolder();
    cpSync(place.workspace, workspace, { recursive: true });
    await place.write(4);
    const copy = aPlace({ home: place.home, workspace });
    await copy.write(1);
    expect(await copy.verify()).toMatchObject({ valid: true, entries: 6 });
    expect(await place.verify()).toMatchObject({ valid: true, entries: 9 });
  });

  test('is noticed even where nothing is signed', async () => {
    const place = aPlace();
    await place.write(5, { keys: null });
    truncateSync(log(place), lines(log(place)).slice(0, 3).join('\n').length + 1);
    const writer = place.open({ keys: null });
    await expect(writer.append(aRecord(0))).rejects.toMatchObject({ code: 'audit_unwritable' });
    await writer.close();
  });
});

describe('a log that is gone', () => {
  test('is named by the first entry of the one that is begun in its place', async () => {
    const place = aPlace();
    await place.write(5);
    const before = readHeads(place.home, place.folder)?.here[0];
    rmSync(place.folder, { recursive: true });
    expect(await place.verify()).toMatchObject({ valid: false, completeness: 'incomplete', brokenAt: 0 });
    await place.write(2);
    expect(entriesOf(place)).toMatchObject([
      {
        what: 'audit_restarted',
        who: 'loki',
        metadata: {
          previous_log_id: before?.logId,
          entries: 5,
          hash: before?.hash,
          log_id: expect.stringMatching(/^[0-9a-f]{32}$/),
        },
      },
      { what: 'file_write' },
      { what: 'file_write' },
    ]);
    expect(await place.verify()).toMatchObject({ valid: false, integrity: 'intact', completeness: 'incomplete' });
    const log = place.open();
    await log.append(aRecord(0, { who: 'os:ann', what: 'audit_loss_acknowledged', why: 'the disk was replaced' }));
    await log.close();
    const verification = await place.verify();
    expect(verification).toMatchObject({ valid: true, completeness: 'complete' });
    expect(JSON.stringify(verification)).toContain('acknowledged');
  });

  test('leaves its checkpoints, which are put aside', async () => {
    const place = aPlace();
    await place.write(5);
    const id = readHeads(place.home, place.folder)?.here[0]?.logId ?? '';
    rmSync(path.join(place.folder, 'audit.jsonl'));
    await place.write(1);
    expect(place.files()).toEqual([
      'audit.checkpoints',
      `audit.checkpoints.lost-${id}`,
      'audit.jsonl',
      'audit.lock',
      'audit.reserve',
    ]);
    expect(checkpointWords(place.folder)).toEqual(['key 1 from 0', '2']);
    expect(entriesOf(place)[0]).toMatchObject({ what: 'audit_restarted' });
  });

  test('is no loss of a workspace that was made anew in the same place', async () => {
    const place = aPlace();
    await place.write(5);
    const inside = path.join(temporaryFolder(), 'project');
    renameSync(place.workspace, inside);
    const other = aPlace({ home: place.home, workspace: inside });
    await other.write(1);
    expect(await other.verify()).toMatchObject({ valid: true, entries: 6 });
    rmSync(inside, { recursive: true });
    cpSync(temporaryFolder(), inside, { recursive: true });
    await other.write(2);
    expect(entriesOf(other)).toMatchObject([{ what: 'file_write' }, { what: 'file_write' }]);
    expect(await other.verify()).toMatchObject({ valid: true, entries: 2, warnings: [] });
    expect(readHeads(other.home, other.folder)?.here).toHaveLength(1);
  });
});

/** The same line with other content, and a hash that is right for it. */
function resealed(line: string, change: Members): string {
  const { hash: _hash, ...members } = parse(line);
  return sealByHand({ ...members, ...change });
}

const forgedRoots = ['0'.repeat(64), 'f'.repeat(64)];
