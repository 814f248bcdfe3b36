import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkLine, firstLink, linkAfter, seal } from '../../../server/src/audit/chain/chain.ts';
import { readEntry } from '../../../server/src/audit/chain/entry.ts';
import { redactRecord } from '../../../server/src/audit/write/redactRecord.ts';
import { aRecord } from './aRecord.ts';
import { chainByHand } from './theRecipe.ts';

const timestamp = '2026-03-01T10:20:30.456Z';

describe('sealing', () => {
  test('writes the bytes of the format', () => {
    const content = {
      timestamp,
      who: 'loki',
      what: 'run_start',
      where: null,
      why: 'a "reason" ✓',
      metadata: { b: 1, a: [null, 1.5] },
    };
    expect(seal(content, firstLink).line).toBe(
      '{"seq":0,"timestamp":"2026-03-01T10:20:30.456Z","who":"loki","what":"run_start","where":null,"why":"a \\"reason\\" ✓",' +
        '"metadata":{"b":1,"a":[null,1.5]},"previousHash":"GENESIS",' +
        '"hash":"6df183a1d1de05ed1dbd1a26bbda4b3f457146e40aff1198cc6b8ca41cbfdba3"}',
    );
  });

  test('does what the recipe of the documentation does', () => {
    const contents = [1, 2, 3].map((n) => ({ timestamp, ...aRecord(n) }));
    let link = firstLink;
    const lines = contents.map((content) => {
      const sealed = seal(content, link);
      link = linkAfter(sealed.entry);
      return sealed.line;
    });
    expect(lines).toEqual(chainByHand(contents));
  });

  test('makes lines that are read back as what was sealed and pass the check, whatever the record holds', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string(),
      fc.constantFrom('__proto__', '\ud800', 'a\udc00', '\u2028\n\0'),
    );
    const json = fc.jsonValue({ stringUnit: 'binary', depthSize: 'medium' });
    const record = fc.record({
      who: text,
      what: text,
      where: fc.option(text),
      why: fc.option(text),
      metadata: fc.dictionary(text, json),
    });
    await fc.assert(
      fc.asyncProperty(record, fc.nat(), async (record, seq) => {
        const redacted = await redactRecord(record, timestamp, (text) => text);
        if (redacted.kind === 'refused') throw new Error(redacted.why);
        const link = { seq, previousHash: 'a'.repeat(64) };
        const { line, entry } = seal(redacted.content, link);
        const bytes = Buffer.from(line);
        expect(bytes.toString('utf8')).toBe(line);
        expect(line).not.toContain('\n');
        expect(checkLine(bytes, link)).toEqual({
          kind: 'good',
          seq,
          previousHash: link.previousHash,
          hash: entry.hash,
        });
        expect(bytes.equals(Buffer.from(line))).toBe(true);
        expect(JSON.stringify(readEntry(line))).toBe(JSON.stringify(entry));
      }),
      { numRuns: 300 },
    );
  });
});
