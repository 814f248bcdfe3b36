import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { listFiles } from '../../../server/src/tools/listFiles.ts';
import { searchFiles } from '../../../server/src/tools/searchFiles.ts';
import type { ToolResult } from '../../../server/src/tools/workspace.ts';
import { permitFor } from '../permitFor.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import { workspaceOf } from './workspaceOf.ts';

const textOf = (result: ToolResult): string => (result.kind === 'done' ? result.text : `failed: ${result.reason}`);

async function layOut(): Promise<string> {
  const outside = await temporaryFolder({ 'needle.txt': 'needle outside\n' });
  const root = await temporaryFolder({
    '.git/config': 'needle\n',
    'b.txt': 'hay\nneedle b\n',
    'a/z.txt': 'needle z\r\n',
    'a/deep/er/x.txt': 'no\nneedle 1\nneedle 2\n',
    'empty/': '',
    'node_modules/p/index.js': 'needle of a package\n',
    'secrets/key': 'needle secret\n',
    'long.txt': `${'x'.repeat(1000)}needle${'y'.repeat(1000)}\n`,
  });
  writeFileSync(path.join(root, 'binary'), 'needle\0');
  symlinkSync(outside, path.join(root, 'outer'));
  symlinkSync('a', path.join(root, 'inner'));
  return root;
}

test.each([
  [
    '.',
    undefined,
    'a/\na/deep/\na/z.txt\nb.txt\nbinary\nempty/\ninner (link)\nlong.txt\nnode_modules/ (installed or built, not listed)\nouter (link)',
  ],
  [
    '.',
    1,
    'a/\nb.txt\nbinary\nempty/\ninner (link)\nlong.txt\nnode_modules/ (installed or built, not listed)\nouter (link)',
  ],
  ['a', 9, 'a/deep/\na/deep/er/\na/deep/er/x.txt\na/z.txt'],
  ['inner', 1, 'a/deep/\na/z.txt'],
  ['node_modules', 1, 'node_modules/p/'],
  ['empty', 1, '[the folder is empty]'],
  ['outer', 1, 'failed: outer is a link that leads outside the workspace'],
  ['secrets', 1, 'failed: there is no secrets; use list_files to see what is there'],
  ['nowhere', 1, 'failed: there is no nowhere; use list_files to see what is there'],
  ['b.txt', 1, 'failed: b.txt is no folder; use read_file'],
  ['..', 1, 'failed: .. lies outside the workspace'],
])('listing %s with depth %s', async (name, depth, expected) => {
  const permit = permitFor({ kind: 'file_list', path: name, ...(depth === undefined ? {} : { depth }) });
  expect(textOf(listFiles(permit, workspaceOf(await layOut(), ['secrets'])))).toBe(expected);
});

test('a long list is cut and says so', async () => {
  const root = await temporaryFolder();
  for (let index = 0; index < 1100; index++) mkdirSync(path.join(root, `f${index}`));
  const lines = textOf(listFiles(permitFor({ kind: 'file_list', path: '.' }), workspaceOf(root))).split('\n');
  expect(lines).toHaveLength(1001);
  expect(lines.at(-1)).toBe('[cut after 1000 entries; list a folder below, or with a smaller depth]');
});

const never = new AbortController().signal;

test.each([
  [
    '.',
    'needle',
    `a/deep/er/x.txt:2: needle 1\na/deep/er/x.txt:3: needle 2\na/z.txt:1: needle z\nb.txt:2: needle b\nlong.txt:1: …${'x'.repeat(60)}needle${'y'.repeat(234)}…`,
  ],
  ['a', 'needle z', 'a/z.txt:1: needle z'],
  ['b.txt', 'needle', 'b.txt:2: needle b'],
  ['.', 'n.*e', '[nothing contains "n.*e"]'],
  ['secrets', 'needle', 'failed: there is no secrets; use list_files to see what is there'],
  ['outer', 'needle', 'failed: outer is a link that leads outside the workspace'],
  ['node_modules', 'package', 'node_modules/p/index.js:1: needle of a package'],
])('searching %s for %s', async (name, text, expected) => {
  const permit = permitFor({ kind: 'file_search', path: name, text });
  expect(textOf(await searchFiles(permit, workspaceOf(await layOut(), ['secrets']), never))).toBe(expected);
});

test('many lines are cut and it is said', async () => {
  const root = await temporaryFolder({ 'a.txt': 'needle\n'.repeat(500) });
  const lines = textOf(
    await searchFiles(permitFor({ kind: 'file_search', path: '.', text: 'needle' }), workspaceOf(root), never),
  ).split('\n');
  expect(lines).toHaveLength(201);
});

test('a search that is cancelled ends', async () => {
  const permit = permitFor({ kind: 'file_search', path: '.', text: 'needle' });
  await expect(searchFiles(permit, workspaceOf(await layOut()), AbortSignal.abort())).rejects.toThrow();
});
