import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { allowances, boundInputTokens, type SentContent } from '../../../server/src/cost/bound.ts';

const empty: SentContent = { instructions: '', turns: [], tools: [] };
const base = boundInputTokens(empty);

describe('the bound of input tokens', () => {
  it('is never less than the bytes of what is sent', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (instructions, text) => {
        const bytes = Buffer.byteLength(instructions) + Buffer.byteLength(text);
        const sent = { instructions, turns: [{ role: 'user', text }], tools: [] };
        expect(boundInputTokens(sent)).toBeGreaterThanOrEqual(bytes + allowances.request);
      }),
      { numRuns: 30 },
    );
  });

  it('counts characters that get longer when a tokenizer composes them', () => {
    for (const character of ['\u{1D160}', '\uFDFA', '\uFB2C']) {
      const text = character.repeat(100);
      const longest = Math.max(...['NFC', 'NFKC'].map((form) => Buffer.byteLength(text.normalize(form))));
      expect(boundInputTokens({ ...empty, instructions: text })).toBeGreaterThanOrEqual(base + longest);
    }
  });

  it('allows for every turn, call and result', () => {
    const turns = [
      { role: 'assistant', text: '', calls: [{}, {}] },
      { role: 'tool', results: [{}, {}] },
    ];
    expect(boundInputTokens({ ...empty, turns }) - base).toBeGreaterThanOrEqual(6 * allowances.part);
  });

  it('allows for the use of tools only where tools are declared', () => {
    const withTool = boundInputTokens({ ...empty, tools: [{}] });
    expect(withTool - base).toBe(allowances.toolUse + allowances.tool + Buffer.byteLength('{}'));
  });
});

test('a longer conversation never has a smaller bound', () => {
  const turn = fc.record({ role: fc.constantFrom('user', 'assistant'), text: fc.string() });
  fc.assert(
    fc.property(fc.array(turn), turn, (turns, next) => {
      expect(boundInputTokens({ ...empty, turns: [...turns, next] })).toBeGreaterThan(
        boundInputTokens({ ...empty, turns }),
      );
    }),
  );
});
