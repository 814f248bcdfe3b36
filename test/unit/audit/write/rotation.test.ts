import { createHash } from 'node:crypto';
import { appendFileSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { verifyAuditLog } from '../../../../server/src/audit/verify/verify.ts';
import { aRecord } from '../aRecord.ts';
import { aPlace, entriesOf, type Place } from './aPlace.ts';

const small = { limits: { segmentBytes: 3000 } };

/** One after the other, so that every entry is a group of its own. */
async function writeOneByOne(place: Place, entries: number): Promise<void> {
  const log = place.open(small);
  for (let n = 0; n < entries; n += 1) await log.append(aRecord(n));
  await log.close();
}

const valid = { valid: true, integrity: 'intact', completeness: 'complete' };

describe('a segment that is full', () => {
  test('is closed under the name of its first entry, and the next one begins with what it was', async () => {
    const place = aPlace();
    await writeOneByOne(place, 20);
    const closed = place.files().filter((name) => /^audit-\d+\.jsonl$/.test(name));
    expect(closed.length).toBeGreaterThan(1);
    for (const [index, entry] of entriesOf(place).entries()) expect(entry['seq']).toBe(index);
    const named = entriesOf(place).filter(({ what }) => what === 'audit_segment');
    expect(new Set(named.map(({ where }) => where))).toEqual(new Set(closed));
    for (const { seq, where, metadata } of named) {
      const bytes = readFileSync(path.join(place.folder, String(where)));
      expect(metadata).toEqual({
        segment: where,
        first_seq: Number(/\d+/.exec(String(where))?.[0]),
        last_seq: Number(seq) - 1,
        bytes: bytes.length,
        sha256: createHash('sha256').update(bytes).digest('hex'),
        root: expect.stringMatching(/^[0-9a-f]{64}$/),
      });
      expect(bytes.length).toBeGreaterThanOrEqual(3000);
    }
    expect(await place.verify()).toMatchObject(valid);
  });

  test('is continued by the next writer when the one before was killed right after closing it', async () => {
    const place = aPlace();
    await writeOneByOne(place, 12);
    const first = Number(entriesOf(place).findLast(({ what }) => what === 'audit_segment')?.['seq']);
    renameSync(path.join(place.folder, 'audit.jsonl'), path.join(place.folder, `audit-${first}.jsonl`));
    expect(await place.verify()).toMatchObject(valid);
    const before = entriesOf(place).length;
    await place.write(2, small);
    expect(entriesOf(place)[before]).toMatchObject({ what: 'audit_segment', where: `audit-${first}.jsonl` });
    expect(entriesOf(place)).toHaveLength(before + 3);
    expect(await place.verify()).toMatchObject(valid);
  });

  test('is followed by a mended one when the first line of that is not complete', async () => {
    const place = aPlace();
    await writeOneByOne(place, 12);
    const first = Number(entriesOf(place).findLast(({ what }) => what === 'audit_segment')?.['seq']);
    renameSync(path.join(place.folder, 'audit.jsonl'), path.join(place.folder, `audit-${first}.jsonl`));
    writeFileSync(path.join(place.folder, 'audit.jsonl'), '{"seq":');
    const before = entriesOf(place).length;
    await place.write(1, small);
    expect(
      entriesOf(place)
        .slice(before)
        .map(({ what }) => what),
    ).toEqual(['audit_segment', 'audit_recovered', 'file_write']);
    expect(await place.verify()).toMatchObject(valid);
  });

  test('is followed by writers that have the log open, however many were closed since they looked', async () => {
    const place = aPlace();
    const [slow, fast] = [place.open(small), place.open(small)];
    await slow.append(aRecord(0));
    for (let n = 0; n < 40; n += 1) await fast.append(aRecord(n));
    const entry = await slow.append(aRecord(1));
    expect(entry.seq).toBe(entriesOf(place).length - 1);
    await Promise.all([slow.close(), fast.close()]);
    expect(await place.verify()).toMatchObject(valid);
  });

  test('does not disturb who verifies meanwhile', async () => {
    const place = aPlace();
    await place.write(1, small);
    const writing = { isOver: false };
    const written = writeOneByOne(place, 150).finally(() => {
      writing.isOver = true;
    });
    let looks = 0;
    while (!writing.isOver) {
      looks += 1;
      expect(await verifyAuditLog(place.folder, { isStrict: true })).toMatchObject({ valid: true });
    }
    await written;
    expect(looks).toBeGreaterThan(3);
    expect(await place.verify()).toMatchObject(valid);
  });

  test('that is gone stops nobody from writing, but is missed', async () => {
    const place = aPlace();
    await writeOneByOne(place, 30);
    rmSync(path.join(place.folder, place.files().find((name) => /^audit-[1-9]\d*\.jsonl$/.test(name)) ?? ''));
    expect(await place.verify()).toMatchObject({ valid: false, completeness: 'incomplete' });
  });

  test('that got a line which does not belong to it is not continued', async () => {
    const place = aPlace();
    await writeOneByOne(place, 12);
    const last = place.files().findLast((name) => /^audit-\d+\.jsonl$/.test(name)) ?? '';
    appendFileSync(path.join(place.folder, last), 'hello');
    const log = place.open(small);
    await expect(log.append(aRecord(0))).rejects.toMatchObject({
      code: 'audit_unwritable',
      message: expect.stringContaining('its last line is not complete'),
    });
    await log.close();
  });
});
