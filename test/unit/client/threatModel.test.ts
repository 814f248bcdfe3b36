import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { threatModel } from '../../../client/src/pages/threatModel.ts';

test('the heading to which the audit page leads is in the documentation', () => {
  const docs = readFileSync(path.join(import.meta.dirname, '../../../docs', threatModel.file), 'utf8');
  const headings = [...docs.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading.toLowerCase());
  expect(headings.map((heading) => heading.replaceAll(/[^a-z0-9 -]/g, '').replaceAll(' ', '-'))).toContain(
    threatModel.heading,
  );
});
