import {
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
  appendFileSync,
  readdirSync,
} from 'node:fs';
import path from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { verifyAuditLog } from '../../../server/src/audit/verify/verify.ts';
import { temporaryFolder } from '../storage/temporaryFolder.ts';
import { logFile, makeLog, readLog, writeLog } from './aLog.ts';
import { verifyInMemory } from './verifyInMemory.ts';
import { chainByHand, parse, sealByHand, type Members } from './theRecipe.ts';

const inMemory = (bytes: Buffer) => verifyInMemory(new Map([['audit.jsonl', bytes]]), { isStrict: true });

describe('verifying', () => {
  test('accepts what the writer wrote, and only counts', async () => {
    const folder = temporaryFolder();
    await makeLog(folder, 30);
    expect(await verifyAuditLog(folder)).toMatchObject({ valid: true, entries: 30, brokenAt: null, error: null });
  });

  test('accepts a log of another writer of the same recipe', async () => {
    const folder = temporaryFolder();
    const timestamp = '2026-01-02T03:04:05.678Z';
    writeLog(
      folder,
      chainByHand([
        { timestamp, who: 'agent-1', what: 'session_start' },
        {
          timestamp,
          who: 'system',
          what: 'file_read',
          where: 'src/a.ts',
          why: 'é "x" → ✓ \ud800',
          metadata: { n: 1.1, o: { a: [1, { b: null }] } },
        },
        { timestamp, who: 'agent-2', what: 'odd', where: { file: 'a' }, metadata: ['a list'] },
      ]),
    );
    expect(await verifyAuditLog(folder)).toMatchObject({ valid: true, entries: 3 });
  });

  test('tells a folder that has no log from one that has', async () => {
    const folder = temporaryFolder();
    expect(await verifyAuditLog(folder)).toEqual({ kind: 'absent' });
    expect(await verifyAuditLog(path.join(folder, 'no', 'where'))).toEqual({ kind: 'absent' });
    writeFileSync(logFile(folder), '');
    expect(await verifyAuditLog(folder)).toMatchObject({ valid: false, entries: 0, brokenAt: 0 });
  });

  test('changes nothing, not even a log that ends inside a line', async () => {
    const folder = temporaryFolder();
    await makeLog(folder, 3);
    appendFileSync(logFile(folder), '{"seq":3,');
    const before = [readdirSync(folder), readFileSync(logFile(folder), 'utf8'), statSync(logFile(folder)).mtimeMs];
    expect(await verifyAuditLog(folder)).toMatchObject({
      valid: true,
      entries: 3,
      completeness: 'unproved',
      warnings: [expect.stringContaining('ends inside entry 3')],
    });
    expect([readdirSync(folder), readFileSync(logFile(folder), 'utf8'), statSync(logFile(folder)).mtimeMs]).toEqual(
      before,
    );
  });

  test('fails where the log is no plain file', async () => {
    const folder = temporaryFolder();
    mkdirSync(logFile(folder));
    await expect(verifyAuditLog(folder)).rejects.toMatchObject({ code: 'audit_unreadable' });
    rmSync(logFile(folder), { recursive: true });
    symlinkSync('/dev/zero', logFile(folder));
    await expect(verifyAuditLog(folder)).rejects.toMatchObject({ code: 'audit_unreadable' });
  });
});

describe('verifying finds', () => {
  const rewritten = (change: (entries: Members[]) => Members[]) => (lines: string[]) =>
    chainByHand(change(lines.map(parse)));
  const at = (index: number, change: (line: string) => string) => (lines: string[]) =>
    lines.map((line, i) => (i === index ? change(line) : line));
  /** Changes an entry and gives it a right hash, as someone would who knows the recipe but not the rest of the chain. */
  const resealed = (index: number, change: (members: Members) => Members) =>
    at(index, (line) => {
      return sealByHand(change(without('hash')(parse(line))));
    });
  const without = (name: string) => (members: Members) =>
    Object.fromEntries(Object.entries(members).filter(([member]) => member !== name));

  test.each<[string, number, string, (lines: string[]) => string[]]>([
    [
      'a changed value',
      4,
      'was changed after it was written',
      at(4, (line) => line.replace('implementer', 'Implementer')),
    ],
    [
      'a changed hash',
      4,
      'does not match its own hash',
      at(4, (line) => line.replace(/.(?="}$)/, (c) => (c === '0' ? '1' : '0'))),
    ],
    [
      'a hash in capital letters',
      4,
      'its own hash',
      at(4, (line) => line.replace(/[0-9a-f]{64}"}$/, (hash) => hash.toUpperCase())),
    ],
    [
      'a changed entry with a right hash',
      5,
      'does not continue the entry before',
      resealed(4, (entry) => ({ ...entry, who: 'x' })),
    ],
    [
      'a changed sequence number with a right hash',
      4,
      'entry 4 is numbered 9, but continues the entry before it',
      resealed(4, (entry) => ({ ...entry, seq: 9 })),
    ],
    [
      'a sequence number that is none',
      4,
      'no proper sequence number',
      resealed(4, (entry) => ({ ...entry, seq: '4' })),
    ],
    ['a fraction as sequence number', 4, 'no proper sequence number', resealed(4, (entry) => ({ ...entry, seq: 4.5 }))],
    ['another beginning', 0, 'does not continue', resealed(0, (entry) => ({ ...entry, previousHash: 'genesis' }))],
    ['a deleted line', 4, 'entry 5 stands where entry 4 belongs', (lines) => lines.toSpliced(4, 1)],
    ['a deleted beginning', 0, 'entry 1 stands where entry 0 belongs', (lines) => lines.slice(1)],
    ['a line given twice', 5, 'entry 4 stands where entry 5 belongs', (lines) => lines.toSpliced(4, 0, lines[4] ?? '')],
    ['swapped lines', 4, 'entry 5 stands where', (lines) => lines.with(4, lines[5] ?? '').with(5, lines[4] ?? '')],
    ['an inserted line', 4, 'not an entry', (lines) => lines.toSpliced(4, 0, 'hello')],
    ['an empty line', 4, 'not an entry', (lines) => lines.toSpliced(4, 0, '')],
    ['an empty line at the end', 10, 'not an entry', (lines) => [...lines, '']],
    [
      'another log’s line',
      4,
      'does not continue',
      (lines) => lines.with(4, rewritten((e) => e.map((x) => ({ ...x, why: 'y' })))(lines)[4] ?? ''),
    ],
    ['an extra member', 4, 'has members', at(4, (line) => line.replace('{', '{"approvedBy":"ceo",'))],
    ['an extra member with a right hash', 4, 'has members', resealed(4, (entry) => ({ ...entry, approvedBy: 'ceo' }))],
    ['a missing member with a right hash', 4, 'has members', resealed(4, without('why'))],
    [
      'members in another order with a right hash',
      4,
      'has members',
      resealed(4, ({ seq, ...entry }) => ({ ...entry, seq })),
    ],
    ['a member called __proto__', 4, 'has members', at(4, (line) => line.replace('{', '{"__proto__":{},'))],
    ['a duplicate member', 4, 'byte for byte', at(4, (line) => line.replace('"who":', '"who":"alice","who":'))],
    ['a duplicate member further down', 4, 'byte for byte', at(4, (line) => line.replace('"n":', '"n":7,"n":'))],
    ['spaces', 4, 'byte for byte', at(4, (line) => line.replace(',"who"', ', "who"'))],
    ['a space at the end', 4, 'byte for byte', at(4, (line) => `${line} `)],
    ['a carriage return', 4, 'byte for byte', at(4, (line) => `${line}\r`)],
    [
      'another spelling of a text',
      4,
      'byte for byte',
      at(4, (line) => line.replace('implementer', String.raw`\u0069mplementer`)),
    ],
    ['another spelling of a number', 4, 'byte for byte', at(4, (line) => line.replace('"n":4', '"n":4.0'))],
    ['a list', 4, 'not a JSON object', at(4, () => '[1]')],
    ['nesting that exhausts the stack', 4, 'entry 4', at(4, () => `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`)],
    ['a line beyond measure', 4, 'longer than', at(4, () => 'x'.repeat(3 * 1024 * 1024))],
    ['a byte order mark', 0, 'not a JSON object', at(0, (line) => `\ufeff${line}`)],
  ])('%s', async (_what, brokenAt, error, tamper) => {
    const folder = temporaryFolder();
    await makeLog(folder, 10);
    const lines = tamper(readLog(folder));
    writeLog(folder, lines);
    const result = await verifyAuditLog(folder);
    expect(result).toMatchObject({
      valid: false,
      entries: lines.length,
      brokenAt,
      error: expect.stringContaining(error),
    });
    if (!('kind' in result))
      expect(result.error).toMatch(/^The audit log .* is not (intact|complete): entry \d+ [^\n]*[^.\n]$/);
  });

  test.each([
    ['bytes that are no text', Buffer.from([0x22, 0xff, 0x22])],
    ['an overlong spelling', Buffer.from([0xc0, 0xaf])],
    ['half of a surrogate pair as bytes', Buffer.from([0xed, 0xa0, 0x80])],
  ])('%s', async (_what, planted) => {
    const folder = temporaryFolder();
    await makeLog(folder, 3);
    const good = readFileSync(logFile(folder));
    const where = good.indexOf('step 1');
    writeFileSync(logFile(folder), Buffer.concat([good.subarray(0, where), planted, good.subarray(where)]));
    expect(await verifyAuditLog(folder)).toMatchObject({
      valid: false,
      brokenAt: 1,
      error: expect.stringContaining('not text'),
    });
  });

  test('every single byte that is changed, at the right line', () => {
    const folder = temporaryFolder();
    const timestamp = '2026-01-02T03:04:05.678Z';
    writeLog(folder, chainByHand(Array.from({ length: 30 }, () => ({ timestamp, who: 'é', metadata: { a: 1 } }))));
    const good = readFileSync(logFile(folder));
    const bytes = Buffer.from(good);
    const missed: unknown[] = [];
    let line = 0;
    for (const [position, byte] of good.entries()) {
      bytes[position] = byte ^ (1 + (position % 255));
      const { valid, brokenAt } = inMemory(bytes);
      if (valid || brokenAt !== line) missed.push({ position, valid, brokenAt, line });
      bytes[position] = byte;
      if (byte === 0x0a) line += 1;
    }
    expect([line, missed]).toEqual([30, []]);
  });

  test('every cut inside a line, and lines taken out anywhere but at the end', async () => {
    const folder = temporaryFolder();
    await makeLog(folder, 12);
    const good = readFileSync(logFile(folder));
    const lines = readLog(folder);
    fc.assert(
      fc.property(fc.subarray(lines, { maxLength: 11 }), (kept) => {
        const result = inMemory(Buffer.from(kept.map((line) => `${line}\n`).join('')));
        const isHonestBeginning = kept.length > 0 && kept.every((line, index) => line === lines[index]);
        // A log that only lost its end is a shorter honest log: the chain alone cannot tell.
        expect(result.valid).toBe(isHonestBeginning);
      }),
    );
    // A log is never without its first entry. What else is cut off, only a checkpoint, a head or an anchor can tell.
    expect(inMemory(good.subarray(0, 17))).toMatchObject({ valid: false, completeness: 'incomplete', brokenAt: 0 });
    expect(inMemory(good.subarray(0, good.length - 200))).toMatchObject({
      completeness: 'unproved',
      warnings: [expect.stringContaining('ends inside entry 11')],
    });
  });
});
