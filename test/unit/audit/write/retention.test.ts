import { readFileSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { aRecord } from '../aRecord.ts';
import { aPlace, checkpointWords, entriesOf, type Place } from './aPlace.ts';

async function writeOneByOne(place: Place, entries: number, limits: { maxFiles?: number; maxDays?: number } = {}) {
  const log = place.open({ limits: { segmentBytes: 2000, ...limits } });
  for (let n = 0; n < entries; n += 1) await log.append(aRecord(n));
  await log.close();
}

const full = (place: Place) => place.files().filter((name) => /^audit-\d+\.jsonl$/.test(name));

describe('retention', () => {
  test('deletes nothing unless somebody asks for it', async () => {
    const place = aPlace();
    await writeOneByOne(place, 40);
    expect(full(place).length).toBeGreaterThan(5);
    expect(entriesOf(place)[0]).toMatchObject({ seq: 0 });
  });

  test('keeps so many full segments, says in the log what was deleted, and the rest still verifies', async () => {
    const place = aPlace();
    await writeOneByOne(place, 40);
    const before = full(place).length;
    const deleted = entriesOf(place);
    await writeOneByOne(place, 1, { maxFiles: 2 });
    expect(full(place).length).toBeLessThanOrEqual(3);
    const entries = entriesOf(place);
    const pruned = entries.filter(({ what }) => what === 'audit_pruned');
    expect(pruned.length).toBeGreaterThanOrEqual(1);
    const first = Number(entries[0]?.['seq']);
    expect(pruned.at(-1)).toMatchObject({
      metadata: { through_seq: first - 1, through_hash: deleted[first - 1]?.['hash'] },
    });
    expect(before - full(place).length).toBeGreaterThan(0);
    expect(checkpointWords(place.folder)).toContain('pruned');
    const verification = await place.verify();
    expect(verification).toMatchObject({ valid: true, integrity: 'intact', completeness: 'complete' });
    expect(JSON.stringify(verification)).toContain('on purpose');
    await writeOneByOne(place, 30, { maxFiles: 2 });
    expect(await place.verify()).toMatchObject({ valid: true, completeness: 'complete' });
    expect(full(place).length).toBeLessThanOrEqual(3);
  });

  test('keeps what is young enough', async () => {
    const place = aPlace();
    await writeOneByOne(place, 30);
    const old = full(place)
      .toSorted((a, b) => Number(/\d+/.exec(a)?.[0]) - Number(/\d+/.exec(b)?.[0]))
      .slice(0, 2);
    // The clock of these logs stands still in March 2026.
    for (const name of old) utimesSync(path.join(place.folder, name), 0, new Date('2026-01-01').getTime() / 1000);
    await writeOneByOne(place, 1, { maxDays: 30 });
    expect(full(place).filter((name) => old.includes(name))).toEqual([]);
    expect(full(place).length).toBeGreaterThan(2);
    expect(await place.verify()).toMatchObject({ valid: true, completeness: 'complete' });
  });

  test('deletes nothing that nobody could sign for, and nothing that was tampered with', async () => {
    const unsigned = aPlace();
    const log = unsigned.open({ keys: null, limits: { segmentBytes: 2000, maxFiles: 1 } });
    for (let n = 0; n < 20; n += 1) await log.append(aRecord(n));
    await log.close();
    expect(full(unsigned).length).toBeGreaterThan(2);

    const place = aPlace();
    await writeOneByOne(place, 20);
    const file = path.join(place.folder, 'audit-0.jsonl');
    const text = readFileSync(file, 'utf8').replace('implementer', 'mallory');
    writeFileSync(file, text);
    const writer = place.open({ limits: { segmentBytes: 2000, maxFiles: 1 } });
    await writer.append(aRecord(0)).catch(() => undefined);
    await writer.close().catch(() => undefined);
    expect(full(place)).toContain('audit-0.jsonl');
  });
});
