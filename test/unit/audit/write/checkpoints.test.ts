import { appendFileSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { openSigningKeys } from '../../../../server/src/audit/keys/openSigningKeys.ts';
import { systemClock } from '../../../../server/src/base/clock.ts';
import { temporaryFolder } from '../../storage/temporaryFolder.ts';
import { aRecord } from '../aRecord.ts';
import { aPlace, checkpointState, checkpointWords, entriesOf, type Place } from './aPlace.ts';

const valid = { valid: true, integrity: 'intact', completeness: 'complete', warnings: [] };

/** Waits until the checkpoints of a folder say this. */
async function said(place: Place, words: readonly string[]): Promise<void> {
  await expect.poll(() => checkpointWords(place.folder), { timeout: 20_000 }).toEqual(words);
}

describe('a checkpoint', () => {
  test('is made at a clean stop, and only where there is something new', async () => {
    const place = aPlace();
    await place.write(3);
    await place.write(2);
    const log = place.open();
    await log.close();
    expect(checkpointWords(place.folder)).toEqual(['key 1 from 0', '3', '5']);
    expect(statSync(path.join(place.folder, 'audit.checkpoints')).mode & 0o777).toBe(0o600);
    expect(await place.verify()).toMatchObject({ ...valid, entries: 5, keyProtection: 'file' });
  });

  test('is made after a refusal, without waiting for the stop', async () => {
    const place = aPlace();
    const log = place.open();
    await log.append(aRecord(0));
    await log.append(aRecord(1, { metadata: { decision: 'DENY' } }));
    await expect.poll(() => place.files().includes('audit.checkpoints'), { timeout: 20_000 }).toBe(true);
    await said(place, ['key 1 from 0', '2']);
    await log.close();
    expect(checkpointWords(place.folder)).toEqual(['key 1 from 0', '2']);
  });

  test('is made every thousand entries, whoever wrote them', async () => {
    const place = aPlace();
    await place.write(1);
    const logs = [place.open(), place.open()];
    for (let round = 0; round < 12; round += 1)
      for (const log of logs)
        await Promise.all(Array.from({ length: 100 }, async (_, n) => await log.append(aRecord(n))));
    await Promise.all(logs.map(async (log) => await log.close()));
    const sizes = checkpointWords(place.folder).slice(1).map(Number);
    expect(sizes.at(-1)).toBe(2401);
    for (const [index, size] of sizes.entries()) expect(size - (sizes[index - 1] ?? 0)).toBeLessThan(1500);
    expect(await place.verify()).toMatchObject({ ...valid, entries: 2401 });
  });

  test('is never ahead of what is on the disk', async () => {
    const place = aPlace();
    const log = place.open();
    for (let n = 0; n < 60; n += 1) {
      await log.append(aRecord(n, n % 3 === 0 ? { what: 'approval' } : {}));
      if (!place.files().includes('audit.checkpoints')) continue;
      const size = Number(checkpointWords(place.folder).at(-1));
      expect(size).toBeLessThanOrEqual(entriesOf(place).length);
    }
    await log.close();
    expect(await place.verify()).toMatchObject(valid);
  });

  test('that could not be finished is cut off by the next writer', async () => {
    const place = aPlace();
    await place.write(3);
    const file = path.join(place.folder, 'audit.checkpoints');
    const good = readFileSync(file, 'utf8');
    appendFileSync(file, '{"kind":"checkpoint","tr');
    await place.write(1);
    expect(readFileSync(file, 'utf8').startsWith(good)).toBe(true);
    expect(checkpointWords(place.folder)).toEqual(['key 1 from 0', '3', '4']);
    expect(await place.verify()).toMatchObject(valid);
  });

  test('is not made where there is no key', async () => {
    const place = aPlace();
    await place.write(3, { keys: null });
    expect(place.files()).toEqual(['audit.jsonl', 'audit.lock', 'audit.reserve']);
    expect(await place.verify()).toMatchObject({ valid: true, completeness: 'complete', keyProtection: null });
  });

  test('covers a log that was long before there was a key, without holding anybody up', async () => {
    const place = aPlace();
    for (let part = 0; part < 3; part += 1) await place.write(3000, { keys: null, limits: { segmentBytes: 500_000 } });
    await place.write(1);
    expect(checkpointWords(place.folder)).toEqual(['key 1 from 0', String(entriesOf(place).length)]);
    expect(await place.verify()).toMatchObject(valid);
  });
});

describe('a new key', () => {
  test('signs from the next opening on, and the one before it says so', async () => {
    const place = aPlace();
    await place.write(3);
    await place.keys.rotate();
    await place.write(2);
    const words = checkpointWords(place.folder);
    const from = Number(/from (\d+)/.exec(words.find((word) => word.startsWith('key 2')) ?? '')?.[1]);
    expect(words.slice(0, 2)).toEqual(['key 1 from 0', '3']);
    expect(from).toBeGreaterThanOrEqual(3);
    expect(entriesOf(place).filter(({ what }) => what === 'audit_key_rotated')).toMatchObject([
      { seq: from, metadata: { epoch: 2 } },
    ]);
    expect(await place.verify()).toMatchObject({ ...valid, entries: 6, checkpoints: { epoch: 2, size: 6 } });
  });

  test('is found by a writer that had the log open before', async () => {
    const place = aPlace();
    const early = place.open();
    await early.append(aRecord(0));
    await early.append(aRecord(1, { what: 'approval' }));
    await expect.poll(() => place.files().includes('audit.checkpoints'), { timeout: 20_000 }).toBe(true);
    await place.keys.rotate();
    await place.write(1);
    await early.append(aRecord(2));
    await early.close();
    const reading = await checkpointState(place.folder);
    expect(reading).toMatchObject({ kind: 'read', state: { epoch: { epoch: 2 } } });
    expect(await place.verify()).toMatchObject({ ...valid, checkpoints: { epoch: 2, size: entriesOf(place).length } });
  });

  test('of somebody else never takes the place of the one that is lost', async () => {
    const place = aPlace();
    await place.write(3);
    const keys = openSigningKeys({ lokiHome: temporaryFolder(), vault: null, clock: systemClock });
    await place.write(2, { keys });
    await place.write(2, { keys });
    expect(checkpointWords(place.folder)).toEqual(['key 1 from 0', '3']);
    expect(entriesOf(place).filter(({ what }) => what === 'audit_unsigned')).toHaveLength(1);
    expect(await place.verify()).toMatchObject({ valid: true, checkpoints: { size: 3 } });
  });
});
