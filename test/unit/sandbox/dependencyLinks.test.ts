import { mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { isBlocked, viewDependencies } from '../../../server/src/sandbox/dependencyLinks.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

test('packages become links into the copy, scopes are real folders, links that leave are kept as they are', async () => {
  const root = await temporaryFolder({
    'node_modules/plain/index.js': '',
    'node_modules/@scope/inner/index.js': '',
    'node_modules/.bin/tool': '',
    'node_modules/.cache/': '',
    'node_modules/.vite/': '',
    'packages/own/index.js': '',
  });
  symlinkSync('plain', path.join(root, 'node_modules/alias'));
  symlinkSync('../../packages/own', path.join(root, 'node_modules/@scope/own'));
  const view = viewDependencies(path.join(root, 'node_modules'), '/w/node_modules', 3);
  expect(view).toEqual({
    kind: 'links',
    from: path.join(root, 'node_modules'),
    shownAt: '/run/loki/deps/3/node_modules',
    at: '/w/node_modules',
    folders: ['/w/node_modules/@scope'],
    links: expect.arrayContaining([
      { target: '/run/loki/deps/3/node_modules/plain', at: '/w/node_modules/plain' },
      { target: '/run/loki/deps/3/node_modules/alias', at: '/w/node_modules/alias' },
      { target: '/run/loki/deps/3/node_modules/.bin', at: '/w/node_modules/.bin' },
      { target: '/run/loki/deps/3/node_modules/@scope/inner', at: '/w/node_modules/@scope/inner' },
      { target: '../../packages/own', at: '/w/node_modules/@scope/own' },
      { target: '/w/packages', at: '/run/loki/deps/3/packages' },
    ]),
  });
  expect(view.kind === 'links' && view.links).toHaveLength(6);
});

test('other dependencies are shown whole', async () => {
  const root = await temporaryFolder({ '.venv/bin/python': '' });
  expect(viewDependencies(path.join(root, '.venv'), '/w/.venv', 0)).toEqual({
    kind: 'whole',
    from: path.join(root, '.venv'),
    at: '/w/.venv',
  });
});

test('a folder with more packages than bubblewrap takes arguments for is shown whole', async () => {
  const root = await temporaryFolder();
  for (let index = 0; index < 2500; index++) mkdirSync(path.join(root, `p${index}`));
  expect(viewDependencies(root, '/w/node_modules', 0).kind).toBe('whole');
});

test('dependencies are not shown through a link', async () => {
  const root = await temporaryFolder({ 'packages/a/node_modules/': '', file: '' });
  symlinkSync('packages', path.join(root, 'link'));
  const blocked = ['packages/a/node_modules', 'packages/b/node_modules', 'link/a/node_modules', 'link', 'file'].map(
    (name) => isBlocked(path.join(root, name), root),
  );
  expect(blocked).toEqual([false, false, true, true, true]);
});
