import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { providerTable } from '../../../server/src/models/providerTable.ts';

const cells = (row: string): readonly string[] =>
  row
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());

it('the documentation says of every provider what the table says', () => {
  const section = readFileSync('docs/models.md', 'utf8').split('## What is sent where')[1]?.split('\n## ')[0] ?? '';
  const rows = section
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map(cells);
  expect(rows).toEqual(
    providerTable.map(({ name, words: { sent, region, streaming, tools, cache, price } }) => [
      `\`${name}\``,
      sent,
      region,
      streaming,
      tools,
      cache,
      price,
    ]),
  );
});

it('every name stands once', () => {
  const names = providerTable.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});
