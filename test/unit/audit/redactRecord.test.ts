import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contentText } from '../../../server/src/audit/chain/chain.ts';
import type { AuditRecord } from '../../../server/src/audit/log.ts';
import { redactRecord } from '../../../server/src/audit/write/redactRecord.ts';
import { rememberClean } from '../../../server/src/audit/write/rememberClean.ts';
import { aRecord } from './aRecord.ts';

const hide = (text: string) => text.replaceAll(/s3cret\d?/g, '«redacted»');

async function metadataOf(metadata: unknown) {
  // A caller's metadata may hold more than its type promises; that is what these cases are about.
  const record = { ...aRecord(1), metadata } as AuditRecord;
  const result = await redactRecord(record, 'now', hide);
  return result.kind === 'refused' ? result : result.content.metadata;
}

describe('redacting a record', () => {
  test('reaches every text of it', async () => {
    const record = {
      who: 's3cret',
      what: 'x s3cret',
      where: 's3cret',
      why: 's3cret!',
      metadata: { a: ['s3cret', { b: 's3cret' }] },
    };
    expect(await redactRecord(record, 'now', hide)).toMatchObject({
      kind: 'content',
      content: {
        timestamp: 'now',
        who: '«redacted»',
        what: 'x «redacted»',
        where: '«redacted»',
        why: '«redacted»!',
        metadata: { a: ['«redacted»', { b: '«redacted»' }] },
      },
    });
  });

  test('reaches names of members, and loses none when two become one', async () => {
    expect(await metadataOf({ s3cret1: 1, s3cret2: 2, plain: 3 })).toEqual({
      '«redacted»': 1,
      '«redacted» (2)': 2,
      plain: 3,
    });
  });

  test('takes what is personal out of everything but who did it, where that is asked for', async () => {
    const hidePersonal = (text: string): string => text.replaceAll('ada@example.com', '«redacted:email»');
    const record = aRecord(1, {
      who: 'ada@example.com',
      why: 'ada@example.com s3cret',
      metadata: { to: 'ada@example.com' },
    });
    expect(await redactRecord(record, 'now', hide, hidePersonal)).toMatchObject({
      content: { who: 'ada@example.com', why: '«redacted:email» «redacted»', metadata: { to: '«redacted:email»' } },
    });
    const late = await redactRecord(record, 'now', async (text) => await Promise.resolve(hide(text)), hidePersonal);
    expect(late).toMatchObject({ content: { who: 'ada@example.com', why: '«redacted:email» «redacted»' } });
  });

  test('works the same when it takes its time', async () => {
    const result = await redactRecord(
      aRecord(1, { why: 's3cret' }),
      'now',
      async (text) => await Promise.resolve(hide(text)),
    );
    expect(result).toMatchObject({ content: { why: '«redacted»' } });
  });

  test.each([
    ['a date', { at: new Date(0) }, { at: '1970-01-01T00:00:00.000Z' }],
    ['a big integer', { n: 12345678901234567890n }, { n: '12345678901234567890' }],
    ['numbers that JSON lacks', { a: Number.NaN, b: Number.POSITIVE_INFINITY, c: -0 }, { a: null, b: null, c: 0 }],
    ['what is not defined', { a: undefined, b: [undefined], c: () => 1 }, { b: [null] }],
    [
      'a member called __proto__',
      JSON.parse('{"__proto__":{"admin":true}}'),
      JSON.parse('{"__proto__":{"admin":true}}'),
    ],
    ['a list in place of members', [1], null],
    ['nothing', null, null],
  ])('keeps of %s what JSON keeps', async (_what, given, kept) => {
    expect(JSON.stringify(await metadataOf(given))).toBe(JSON.stringify(kept));
  });

  test('writes the text out as sealing would, whatever the record holds', async () => {
    const text = fc.string({ unit: 'binary' });
    const records = fc.record({
      who: text,
      what: text,
      where: fc.option(text),
      why: fc.option(text),
      metadata: fc.dictionary(fc.oneof(text, fc.constantFrom('2', '10', '__proto__', 's3cret')), fc.anything()),
    });
    await fc.assert(
      fc.asyncProperty(records, async (record) => {
        const result = await redactRecord(record, 'now', hide);
        if (result.kind === 'content') expect(result.text).toBe(contentText(result.content));
      }),
    );
  });

  test.each([
    ['a circle', circle(), 'cannot be written as JSON'],
    ['nesting beyond every use', nested(200), 'nested more than 100 levels deep'],
    ['nesting that exhausts the stack', nested(100_000), 'cannot be written as JSON'],
    ['more than a line may hold', { text: 'x'.repeat(1024 * 1024) }, 'larger than an entry may be'],
  ])('refuses %s', async (_what, metadata, why) => {
    expect(await metadataOf(metadata)).toEqual({ kind: 'refused', why: expect.stringContaining(why) });
  });
});

test('a text that was found clean is not looked at again, one that was not always is', async () => {
  const asked: string[] = [];
  const redact = rememberClean(async (text) => {
    asked.push(text);
    return await Promise.resolve(hide(text));
  });
  const texts = ['plain', 's3cret', 'plain', 's3cret', 'x'.repeat(1000), 'x'.repeat(1000)];
  const results: string[] = [];
  for (const text of texts) results.push(await redact(text));
  expect(results).toEqual(texts.map(hide));
  expect(asked).toEqual(['plain', 's3cret', 's3cret', 'x'.repeat(1000), 'x'.repeat(1000)]);
});

function circle(): unknown {
  const value: Record<string, unknown> = {};
  value['self'] = value;
  return value;
}

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level += 1) value = { value };
  return value;
}
