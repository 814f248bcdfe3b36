import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { policyRehearse } from '#protocol/rehearsal';
import { temporaryFolder } from '../temporaryFolder.ts';
import { openEdge } from './edge.ts';

test('the editor is told what would get through, and nothing is done', async () => {
  const workspace = await temporaryFolder();
  await mkdir(path.join(workspace, '.loki'));
  await writeFile(path.join(workspace, '.loki/config.yaml'), 'scope:\n  allowed_commands: [printenv]\n');
  const { editor } = await openEdge(workspace);
  const { holes, attempts } = await editor.ask(policyRehearse, { workspace });
  expect(holes.map(({ attempt, allowedBy }) => [attempt, allowedBy[0]?.source.line])).toEqual([['printenv', 2]]);
  expect(attempts).toBeGreaterThan(120);
});
