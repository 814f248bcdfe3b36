import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { undoProtected, type ProtectedChange } from '../../../server/src/sandbox/protectedDiff.ts';
import { outermostPaths, readGuarded } from '../../../server/src/sandbox/protectedSnapshot.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

const guarded = new Set(['.git', '.vscode', '.claude', '.npmrc', '.mcp.json']);
const isGuarded = (name: string): boolean => name.split('/').some((part) => guarded.has(part));

const files = {
  '.git': 'gitdir: /x\n',
  '.vscode/settings.json': '{}\n',
  '.vscode/deep/tasks.json': '[]\n',
  'sub/.npmrc': 'a=b\n',
  'src/a.ts': 'a\n',
  'node_modules/x/.npmrc': 'of a package\n',
};

async function check(
  act: (root: string) => void,
  expected: readonly ProtectedChange[],
  setAside = expected.length > 0,
): Promise<string> {
  const root = await temporaryFolder(files);
  const quarantine = path.join(await temporaryFolder(), 'quarantine');
  const before = readGuarded(root, isGuarded);
  act(root);
  expect(undoProtected({ root, isGuarded, quarantine }, before)).toEqual(expected);
  if (expected.every(({ isUndone }) => isUndone)) {
    for (const name of ['.git', '.vscode/settings.json', '.vscode/deep/tasks.json', 'sub/.npmrc'] as const) {
      expect(readFileSync(path.join(root, name), 'utf8')).toBe(files[name]);
    }
    expect(outermostPaths(readGuarded(root, isGuarded).keys())).toEqual(outermostPaths(before.keys()));
  }
  expect(existsSync(quarantine)).toBe(setAside);
  return root;
}

test('an untouched workspace has no changes', async () => await check(() => undefined, []));

test('what others write meanwhile stays as they wrote it, and what the command did beside it is undone', async () => {
  const root = await temporaryFolder({ ...files, '.vscode/log': 'old\n', '.vscode/segment': 'old\n' });
  const quarantine = path.join(await temporaryFolder(), 'quarantine');
  const before = readGuarded(root, isGuarded);
  writeFileSync(path.join(root, '.vscode/log'), 'old\nnew\n');
  renameSync(path.join(root, '.vscode/segment'), path.join(root, '.vscode/segment-1'));
  writeFileSync(path.join(root, '.vscode/settings.json'), '{"a":1}\n');
  const isLeft = (name: string): boolean => /^\.vscode\/(log|segment)/.test(name);
  expect(undoProtected({ root, isGuarded, isLeft, quarantine }, before)).toEqual([
    { path: '.vscode/settings.json', change: 'modified', isUndone: true },
  ]);
  expect(readFileSync(path.join(root, '.vscode/log'), 'utf8')).toBe('old\nnew\n');
  expect(existsSync(path.join(root, '.vscode/segment'))).toBe(false);
  expect(existsSync(path.join(root, '.vscode/segment-1'))).toBe(true);
});

test('the guarded names of a workspace, and all below them, but not in dependency folders', async () => {
  const root = await temporaryFolder(files);
  expect([...readGuarded(root, isGuarded).keys()].sort()).toEqual(
    ['.git', '.vscode', '.vscode/deep', '.vscode/deep/tasks.json', '.vscode/settings.json', 'sub/.npmrc'].sort(),
  );
});

const cases: readonly [string, (root: string) => void, readonly ProtectedChange[], boolean?][] = [
  ['other files may change', (root) => writeFileSync(path.join(root, 'src/a.ts'), 'b'), []],
  ['a touched file with the same content is no change', (root) => utimesSync(path.join(root, 'sub/.npmrc'), 1, 1), []],
  [
    'a new file is set aside',
    (root) => writeFileSync(path.join(root, '.mcp.json'), '{}'),
    [{ path: '.mcp.json', change: 'added', isUndone: true }],
  ],
  [
    'a new folder is set aside as a whole',
    (root) => {
      mkdirSync(path.join(root, 'new/.claude/hooks'), { recursive: true });
      writeFileSync(path.join(root, 'new/.claude/hooks/x'), 'x');
    },
    [{ path: 'new/.claude', change: 'added', isUndone: true }],
  ],
  [
    'a new link is set aside and not followed',
    (root) => symlinkSync('/etc', path.join(root, '.claude')),
    [{ path: '.claude', change: 'added', isUndone: true }],
  ],
  [
    'a nested repository is set aside',
    (root) => mkdirSync(path.join(root, 'src/.git')),
    [{ path: 'src/.git', change: 'added', isUndone: true }],
  ],
  [
    'a changed file is put back',
    (root) => writeFileSync(path.join(root, 'sub/.npmrc'), 'evil'),
    [{ path: 'sub/.npmrc', change: 'modified', isUndone: true }],
  ],
  [
    'a change under a forged time is found',
    (root) => {
      writeFileSync(path.join(root, '.git'), 'gitdir: /y\n');
      utimesSync(path.join(root, '.git'), 1, 1);
    },
    [{ path: '.git', change: 'modified', isUndone: true }],
  ],
  [
    'a changed mode is put back',
    (root) => chmodSync(path.join(root, '.vscode/settings.json'), 0o777),
    [{ path: '.vscode/settings.json', change: 'modified', isUndone: true }],
  ],
  [
    'a removed file is put back',
    (root) => rmSync(path.join(root, '.git')),
    [{ path: '.git', change: 'removed', isUndone: true }],
    false,
  ],
  [
    'a removed folder is put back',
    (root) => rmSync(path.join(root, '.vscode'), { recursive: true }),
    [{ path: '.vscode', change: 'removed', isUndone: true }],
    false,
  ],
  [
    'a file in place of a folder is set aside and the folder put back',
    (root) => {
      rmSync(path.join(root, '.vscode'), { recursive: true });
      writeFileSync(path.join(root, '.vscode'), 'x');
    },
    [
      { path: '.vscode', change: 'modified', isUndone: true },
      { path: '.vscode/deep', change: 'removed', isUndone: true },
      { path: '.vscode/settings.json', change: 'removed', isUndone: true },
    ],
  ],
  [
    'a renamed folder is set aside and put back in its place',
    (root) => renameSync(path.join(root, 'sub'), path.join(root, 'sub2')),
    [
      { path: 'sub/.npmrc', change: 'removed', isUndone: true },
      { path: 'sub2/.npmrc', change: 'added', isUndone: true },
    ],
  ],
];
for (const [name, act, expected, setAside] of cases)
  test(name, async () => void (await check(act, expected, setAside)));

test('a folder above that became a link is not written through', async () => {
  const outside = await temporaryFolder();
  await check(
    (root) => {
      rmSync(path.join(root, 'sub'), { recursive: true });
      symlinkSync(outside, path.join(root, 'sub'));
    },
    [{ path: 'sub/.npmrc', change: 'removed', isUndone: false }],
    false,
  );
  expect(existsSync(path.join(outside, '.npmrc'))).toBe(false);
});

test('a workspace of 5,000 files is compared in well under a second', async () => {
  const root = await temporaryFolder({ '.vscode/settings.json': '{}' });
  for (let folder = 0; folder < 100; folder++) {
    mkdirSync(path.join(root, `f${folder}`));
    for (let file = 0; file < 50; file++) writeFileSync(path.join(root, `f${folder}/${file}.ts`), '');
  }
  const startedMs = performance.now();
  const before = readGuarded(root, isGuarded);
  undoProtected({ root, isGuarded, quarantine: path.join(root, '../q') }, before);
  // The bar is 100 ms on an idle machine; the margin is for a busy one.
  expect(performance.now() - startedMs).toBeLessThan(500);
  expect(lstatSync(root).isDirectory()).toBe(true);
});
