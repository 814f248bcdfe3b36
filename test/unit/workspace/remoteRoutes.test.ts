import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { array, assert, asyncProperty, constantFrom, oneof, tuple } from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { git } from '../../../server/src/workspace/git.ts';
import { readSettings } from '../../../server/src/workspace/gitSettings.ts';
import { readRemoteAddress } from '../../../server/src/workspace/remoteAddress.ts';
import { remoteAddresses } from '../../../server/src/workspace/remoteAddresses.ts';
import { remoteRoutes } from '../../../server/src/workspace/remoteRoutes.ts';
import { gitIn } from '../../../server/src/workspace/worktree.ts';
import { sampleRepository, type SampleRepository } from './sampleRepository.ts';

type Settings = readonly (readonly [key: string, value: string])[];

let repository: SampleRepository;
afterEach(() => repository.remove());

function configured(settings: Settings, ...where: readonly string[]): SampleRepository {
  repository = sampleRepository();
  for (const [key, value] of settings) repository.git('config', ...where, '--add', key, value);
  return repository;
}

const far = 'https://git.example/x.git';
const isNear = async (remote = 'origin', isCommand = false) => {
  const routes = await remoteRoutes(git(repository.root), remote, { isCommand });
  const all = (list: readonly { isNear: boolean }[]): boolean => list.length > 0 && list.every((route) => route.isNear);
  return routes === null ? null : { push: all(routes.pushes), fetch: all(routes.fetches) };
};
const both = (near: boolean) => ({ push: near, fetch: near });

describe('where git would go for a remote', () => {
  const origin = 'remote.origin.url';
  test.each<[string, Settings, Awaited<ReturnType<typeof isNear>>]>([
    ['a folder', [[origin, '/srv/x.git']], both(true)],
    ['a server of this machine', [[origin, 'http://127.0.0.1:8080/x.git']], both(true)],
    ['another machine', [[origin, far]], both(false)],
    ['one of several', [[origin, '/srv/x.git'], [origin, far]], both(false)], // prettier-ignore
    ['pushes elsewhere', [[origin, '/srv/x.git'], ['remote.origin.pushurl', far]], { push: false, fetch: true }], // prettier-ignore
    ['fetches from elsewhere', [[origin, far], ['remote.origin.pushurl', '/srv/x.git']], { push: true, fetch: false }], // prettier-ignore
    ['rewritten', [[origin, 'near:x.git'], ['url.https://git.example/.insteadOf', 'near:']], both(false)], // prettier-ignore
    ['rewritten to here', [[origin, far], ['url./srv/.insteadOf', 'https://git.example/']], both(true)], // prettier-ignore
    ['rewritten for pushes', [[origin, '/srv/x.git'], ['url.https://git.example/.pushInsteadOf', '/srv/']], { push: false, fetch: true }], // prettier-ignore
    ['rewritten whatever it is', [[origin, '/srv/x.git'], ['url.https://git.example/.insteadOf', '']], both(false)], // prettier-ignore
    ['rewritten by the longest', [[origin, '/srv/x.git'], ['url.https://git.example/.insteadOf', '/'], ['url./mnt/.insteadOf', '/srv/']], both(true)], // prettier-ignore
    ['by way of a proxy', [[origin, 'http://localhost/x.git'], ['http.proxy', 'http://proxy.example:3128']], both(false)], // prettier-ignore
    ['by way of a proxy of its own', [[origin, 'http://localhost/x.git'], ['http.http://localhost/.proxy', 'proxy.example']], both(false)], // prettier-ignore
    ['through a program', [[origin, 'ssh://localhost/x.git'], ['core.sshCommand', 'ssh -J elsewhere']], both(false)], // prettier-ignore
    ['a helper of git', [[origin, 'ext::ssh git.example %S x']], null],
    ['a foreign system', [[origin, '/srv/x.git'], ['remote.origin.vcs', 'hg']], both(false)], // prettier-ignore
    ['a group of its name', [[origin, '/srv/x.git'], ['remotes.origin', 'other']], both(false)], // prettier-ignore
    ['none of the name', [['remote.upstream.url', '/srv/x.git']], null],
  ])('%s', async (_, settings, expected) => {
    configured(settings);
    expect(await isNear()).toEqual(expected);
  });

  test('what an included file and the user’s own configuration say counts', async () => {
    configured([['remote.origin.url', '/srv/x.git']]);
    writeFileSync(path.join(repository.home, 'more'), '[url "https://git.example/"]\n\tpushInsteadOf = /srv/\n');
    repository.git('config', 'include.path', path.join(repository.home, 'more'));
    expect(await isNear()).toEqual({ push: false, fetch: true });
    repository.git('config', '--unset', 'include.path');
    repository.git('config', `includeIf.gitdir:${repository.root}/.path`, path.join(repository.home, 'more'));
    expect(await isNear()).toEqual({ push: false, fetch: true });
    repository.git('config', '--unset', `includeIf.gitdir:${repository.root}/.path`);
    repository.git('config', '--global', 'url.https://git.example/.insteadOf', '/srv/');
    expect(await isNear()).toEqual(both(false));
  });

  test('a command may have no configuration of the user’s, so that this brings nothing near for it', async () => {
    configured([['remote.origin.url', far]]);
    repository.git('config', '--global', 'url./srv/.insteadOf', 'https://git.example/');
    expect(await isNear()).toEqual(both(true));
    expect(await isNear('origin', true)).toEqual(both(false));
  });

  test('an address may be the name of a remote, and is rewritten like one', async () => {
    configured([[`remote./srv/x.git.url`, far]]);
    expect(await isNear('/srv/x.git')).toEqual(both(false));
    expect(await isNear('/srv/y.git')).toEqual(both(true));
    repository.git('config', 'url.https://git.example/.pushInsteadOf', '/srv/');
    expect(await isNear('/srv/y.git')).toEqual({ push: false, fetch: true });
  });

  test('in the worktree of a run they are those of the user’s repository, whatever an agent put there', async () => {
    configured([['remote.origin.url', far]]);
    const worktree = await repository.start('routes');
    repository.git('init', '--quiet', path.join(repository.home, 'other'));
    repository.git('-C', path.join(repository.home, 'other'), 'remote', 'add', 'origin', '/srv/x.git');
    writeFileSync(path.join(worktree.path, '.git'), `gitdir: ${repository.home}/other/.git\n`);
    const routes = await remoteRoutes(gitIn(worktree), 'origin', { isCommand: false });
    expect(routes).toEqual({ pushes: [{ shown: far, isNear: false }], fetches: [{ shown: far, isNear: false }] });
  });

  test('nobody knows outside of a repository, or where the configuration is broken', async () => {
    configured([['remote.origin.url', '/srv/x.git']]);
    expect(await remoteRoutes(git(repository.home), 'origin', { isCommand: false })).toBeNull();
    writeFileSync(path.join(repository.root, '.git/config'), '[remote "origin"\n');
    expect(await isNear()).toBeNull();
  });

  test('passwords are not shown', async () => {
    configured([['remote.origin.url', 'https://user:hidden-word@git.example/x.git']]);
    const routes = await remoteRoutes(git(repository.root), 'origin', { isCommand: false });
    expect(JSON.stringify(routes)).toContain('git.example');
    expect(JSON.stringify(routes)).not.toContain('hidden-word');
  });
});

test('the addresses are those that git itself tells', async () => {
  configured([
    ['remote.a.url', 'x:one'],
    ['remote.a.url', 'x:two'],
    ['remote.b.url', 'x:one'],
    ['remote.b.pushurl', 'y:one'],
    ['remote.B.url', '/srv/b'],
    ['remote.c d.url', 'x:sub/three'],
    ['url.https://one.example/.insteadOf', 'x:'],
    ['url.https://two.example/.insteadOf', 'x:sub/'],
    ['url.https://three.example/.insteadOf', 'x:sub/'],
    ['url.https://one.example/.insteadOf', 'y:'],
    ['url.https://four.example/.pushInsteadOf', 'x:s'],
    ['url.https://five.example/.pushInsteadOf', 'y:'],
  ]);
  const settings = await readSettings(git(repository.root));
  const lines = (...args: readonly string[]): readonly string[] =>
    repository
      .git(...args)
      .trimEnd()
      .split('\n');
  for (const remote of ['a', 'b', 'B', 'c d']) {
    expect(remoteAddresses(remote, settings)).toEqual({
      pushes: lines('remote', 'get-url', '--push', '--all', remote),
      fetches: lines('remote', 'get-url', '--all', remote),
    });
  }
  expect(remoteAddresses('x:sub/y', settings)?.fetches).toEqual(lines('ls-remote', '--get-url', 'x:sub/y'));
});

test.each([
  ['http://localhost\\@git.example/x', false],
  ['http://localhost%2f@git.example/x', false],
  ['ssh://git.example%2f@localhost/x', false],
  ['http://localhost?@git.example/x', false],
  ['http://localhost#@git.example/x', false],
  ['http://local\thost/x', false],
  ['http://user:word@localhost:8080/x', true],
  ['https://[::1]/x', true],
  ['ssh://git@127.0.0.1:22/x', true],
  ['http://localhost.git.example/x', false],
  ['http://127.0.0.1.nip.io/x', false],
  ['http://[::ffff:10.0.0.1]/x', false],
  ['http://0.0.0.0/x', false],
  ['git@localhost:x', true],
  ['git@git.example:x', false],
  ['file://server/share/x', false],
  ['file:////server/share/x', false],
  ['//server/share/x', false],
  ['\\\\server\\share\\x', false],
  ['sub/folder', true],
])('%s is read as git reads it', (url, near) => {
  repository = sampleRepository();
  expect(readRemoteAddress(url)?.isNear).toBe(near);
});

test('the addresses are those that git tells of any configuration', async () => {
  repository = sampleRepository();
  const urls = constantFrom('a:', 'a:b', 'a:b/c', 'd:x', '/srv/x', 'https://git.example/x');
  const beginnings = constantFrom('', 'a', 'a:', 'a:b', 'd:', '/srv/', 'https:');
  const bases = constantFrom('a:', 'm:', '/srv/', 'https://other.example/');
  const line = oneof(
    tuple(constantFrom('url', 'pushurl'), urls).map(([key, url]) => `[remote "origin"]\n\t${key} = ${url}\n`),
    tuple(bases, constantFrom('insteadOf', 'pushInsteadOf'), beginnings).map(
      ([base, key, beginning]) => `[url "${base}"]\n\t${key} = "${beginning}"\n`,
    ),
  );
  const listed = (...args: readonly string[]): readonly string[] =>
    repository
      .git(...args)
      .trimEnd()
      .split('\n');
  const rest = readFileSync(path.join(repository.root, '.git/config'), 'utf8');
  await assert(
    asyncProperty(array(line, { maxLength: 8 }), urls, async (lines, literal) => {
      const named = '[remote "origin"]\n\turl = a:b/c\n';
      writeFileSync(path.join(repository.root, '.git/config'), [rest, ...lines, named].join(''));
      const settings = await readSettings(git(repository.root));
      expect(remoteAddresses('origin', settings)).toEqual({
        pushes: listed('remote', 'get-url', '--push', '--all', 'origin'),
        fetches: listed('remote', 'get-url', '--all', 'origin'),
      });
      expect(remoteAddresses(literal, settings)?.fetches).toEqual(listed('ls-remote', '--get-url', literal));
    }),
    { numRuns: 40 },
  );
});

test('git goes where it was said to go', () => {
  configured([['remote.origin.url', 'near:x.git']]);
  const bare = path.join(repository.home, 'bare', 'x.git');
  mkdirSync(path.dirname(bare));
  repository.git('init', '--quiet', '--bare', bare);
  repository.git('config', `url.${path.dirname(bare)}/.pushInsteadOf`, 'near:');
  repository.git('push', '--quiet', 'origin', 'main');
  const there = execFileSync('git', ['--git-dir', bare, 'rev-parse', 'main'], { encoding: 'utf8' });
  expect(there).toBe(repository.git('rev-parse', 'main'));
});
