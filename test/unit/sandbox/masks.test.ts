import { symlinkSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { findMasks } from '../../../server/src/sandbox/masks.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

async function check(
  hidden: readonly string[],
  readOnly: readonly string[],
  expected: readonly string[],
): Promise<void> {
  const workspace = await temporaryFolder({ 'a/b/c/file': '', 'a/d': '', '.vscode/settings.json': '', 'x/.npmrc': '' });
  symlinkSync('a/b', path.join(workspace, 'inner'));
  symlinkSync('/etc', path.join(workspace, 'outer'));
  symlinkSync('nowhere', path.join(workspace, 'dangling'));
  const masks = findMasks({ workspace, hidden, readOnly, covered: [path.join(workspace, '.git')] });
  expect(
    masks.map(
      (mask) =>
        `${mask.kind}${mask.kind === 'pin' && mask.isReadOnly ? ' ro' : ''} ${path.relative(workspace, mask.at)}`,
    ),
  ).toEqual(expected);
}

test.each<readonly [string, readonly string[], readonly string[], readonly string[]]>([
  ['what does not exist is not masked', ['secrets'], ['.mcp.json'], []],
  ['a folder and a file are hidden', ['a/d', 'x'], [], ['pin a', 'hiddenFolder x', 'hiddenFile a/d']],
  ['every folder above a hidden one is held in its place', ['a/b/c'], [], ['pin a', 'pin a/b', 'hiddenFolder a/b/c']],
  ['what lies in a hidden folder needs nothing of its own', ['a', 'a/b'], ['a/d'], ['hiddenFolder a']],
  [
    'a folder held below a read-only one is read-only too',
    ['a/b/c'],
    ['a'],
    ['readOnly a', 'pin ro a/b', 'hiddenFolder a/b/c'],
  ],
  ['protected names are read-only', [], ['.vscode', 'x/.npmrc'], ['readOnly .vscode', 'pin x', 'readOnly x/.npmrc']],
  ['a hidden link hides what it leads to', ['inner'], [], ['pin a', 'hiddenFolder a/b']],
  ['a link out of the workspace leads nowhere inside', ['outer', 'dangling'], ['outer'], []],
  ['a path out of the workspace is not masked', ['../x', '/etc'], ['..'], []],
  ['the repository’s .git has a mask of its own', [], ['.git'], []],
])('%s', async (_, hidden, readOnly, expected) => await check(hidden, readOnly, expected));
