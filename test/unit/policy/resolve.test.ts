import { execFileSync } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Action } from '#protocol/action';
import { resolveFacts } from '../../../server/src/gateway/resolve.ts';
import { evaluate } from '../../../server/src/policy/evaluate.ts';
import { entries, implementer, makeSpace, policyOf, removeSpace, type Space } from './fixtures.ts';

const noScan = async () => ({ rules: [], hasMarker: false });
let space: Space;

beforeAll(async () => {
  space = await makeSpace({
    files: { 'src/a.ts': 'a', 'src/secrets/key': 'k', 'docs/deep/x.md': 'x' },
    outside: { 'keep.txt': 'keep', keys: 'k' },
    links: {
      out: '../outside',
      chain: 'out',
      dangling: '../outside/missing',
      'inner-dangling': 'docs/new.md',
      alias: 'src/secrets',
      loop: 'loop',
      'docs/up': '../src',
      absolute: '/etc',
    },
    hardLinks: { twin: 'src/a.ts', foreign: '../outside/keys' },
  });
  if (process.platform !== 'win32') execFileSync('mkfifo', [path.join(space.workspace, 'pipe')]);
});
afterAll(async () => {
  await removeSpace(space);
});

async function factsOf(written: string) {
  const facts = await resolveFacts(space.workspace, { kind: 'file_read', path: written }, noScan);
  return facts.paths.get(written);
}

describe('facts about paths', () => {
  it('are what the kernel would find', async () => {
    const file = { kind: 'inside', entry: 'file', hardLinks: 1 };
    const table: readonly (readonly [string, object])[] = [
      ['docs/deep/x.md', { ...file, relative: 'docs/deep/x.md', lexical: 'docs/deep/x.md' }],
      ['./src//../docs/deep/x.md', { ...file, relative: 'docs/deep/x.md', lexical: 'docs/deep/x.md' }],
      [
        path.join(space.workspace, 'docs/deep/x.md'),
        { ...file, relative: 'docs/deep/x.md', lexical: 'docs/deep/x.md' },
      ],
      ['.', { kind: 'inside', relative: '', lexical: '', entry: 'folder', hardLinks: 1 }],
      ['new/x.ts', { kind: 'inside', relative: 'new/x.ts', lexical: 'new/x.ts', entry: 'missing', hardLinks: 1 }],
      ['twin', { ...file, relative: 'twin', lexical: 'twin', hardLinks: 2 }],
      ['alias/key', { ...file, relative: 'src/secrets/key', lexical: 'alias/key' }],
      [
        'inner-dangling',
        { kind: 'inside', relative: 'docs/new.md', lexical: 'inner-dangling', entry: 'missing', hardLinks: 1 },
      ],
      ['pipe', { kind: 'inside', relative: 'pipe', lexical: 'pipe', entry: 'special', hardLinks: 1 }],
      // After a link `..` leads back from where the link leads, not from where it stands.
      ['docs/up/../docs/deep/x.md', { ...file, relative: 'docs/deep/x.md', lexical: 'docs/docs/deep/x.md' }],
      [
        'out/../workspace/src/secrets/key',
        { ...file, relative: 'src/secrets/key', lexical: 'workspace/src/secrets/key' },
      ],
      ['out/keep.txt', { kind: 'outside', real: path.join(space.outside, 'keep.txt') }],
      ['chain/new', { kind: 'outside', real: path.join(space.outside, 'new') }],
      ['dangling', { kind: 'outside', real: path.join(space.outside, 'missing') }],
      ['absolute/passwd', { kind: 'outside', real: '/etc/passwd' }],
      ['../outside/keep.txt', { kind: 'outside', real: path.join(space.outside, 'keep.txt') }],
      [`${space.workspace}-other/x`, { kind: 'outside', real: `${space.workspace}-other/x` }],
      ['loop', { kind: 'invalid', reason: 'its links lead in a circle' }],
      ['new/../src/a.ts', { kind: 'invalid', reason: 'it goes back from "new", which is no folder' }],
      ['src/a.ts/x', { kind: 'invalid', reason: '"a.ts" is no folder' }],
      ['a\u0000b', { kind: 'invalid', reason: 'it contains a control character' }],
      ['a\\b', { kind: 'invalid', reason: 'it contains a backslash, which other systems read as a separator' }],
      ['C:x', { kind: 'invalid', reason: 'it starts with a drive letter' }],
      ['.env::$DATA', { kind: 'invalid', reason: 'it names a stream' }],
      ['.env.', { kind: 'invalid', reason: 'a name in it ends with a dot or a blank, which other systems drop' }],
      ['src/AUX.txt', { kind: 'invalid', reason: 'it names a device' }],
      ['PROGRA~1/x', { kind: 'invalid', reason: 'it contains a short name that stands for another one' }],
    ];
    const got = await Promise.all(table.map(async ([written]) => [written, await factsOf(written)]));
    expect(got).toEqual(table);
  });

  it('are found for every path a command names, from every folder it may run in', async () => {
    const action: Action = { kind: 'command', command: 'cd src; cat ../docs/deep/x.md > out.txt', cwd: '.' };
    const { paths } = await resolveFacts(space.workspace, action, noScan);
    expect([...paths.keys()].sort()).toEqual([
      '.',
      './../docs/deep/x.md',
      './out.txt',
      './src',
      './src/../docs/deep/x.md',
      './src/out.txt',
    ]);
  });

  it('leave the disk as it was', async () => {
    const before = await readdir(space.base, { recursive: true });
    for (const command of ['rm -rf src', 'touch out/new', 'echo x > docs/y']) {
      await resolveFacts(space.workspace, { kind: 'command', command }, noScan);
    }
    expect(await readdir(space.base, { recursive: true })).toEqual(before);
  });

  it('carry what the scan says about what would be written or sent', async () => {
    const seen: string[] = [];
    const scan = async (text: string) => {
      seen.push(text);
      return { rules: ['aws'], hasMarker: true };
    };
    const facts = await resolveFacts(space.workspace, { kind: 'file_write', path: 'a', content: 'text' }, scan);
    expect({ ...facts, paths: null, seen }).toEqual({
      paths: null,
      secretRules: ['aws'],
      hasRedactionMarker: true,
      seen: ['a', 'text'],
    });
  });
});

describe('decisions on a real disk', () => {
  const policy = policyOf({
    deniedPaths: entries('src/secrets', '**/*.pem'),
    allowedCommands: entries('cat', 'rm', 'grep', 'echo', 'cp', 'ls'),
  });
  const ask = async (action: Action) =>
    evaluate(policy, implementer, action, await resolveFacts(space.workspace, action, noScan)).kind;

  it('neither links nor hard links nor searches get around them', async () => {
    const table: readonly (readonly [string, Action])[] = [
      ['DENY', { kind: 'file_read', path: 'alias/key' }],
      ['DENY', { kind: 'file_write', path: 'dangling', content: '' }],
      ['REQUIRE_APPROVAL', { kind: 'file_write', path: 'foreign', content: '' }],
      ['DENY', { kind: 'file_read', path: 'pipe' }],
      ['DENY', { kind: 'file_delete', path: 'src' }],
      ['DENY', { kind: 'command', command: 'cat alias/key' }],
      ['DENY', { kind: 'command', command: 'echo x > out/y' }],
      ['DENY', { kind: 'command', command: 'grep -r k src' }],
      ['ALLOW', { kind: 'command', command: 'grep -r x docs' }],
      ['ALLOW', { kind: 'command', command: 'ls docs/*' }],
      // Wildcards that go through links.
      ['DENY', { kind: 'command', command: 'cat o*/keep.txt' }],
      ['DENY', { kind: 'command', command: 'cat docs/u?/secrets/key' }],
      ['DENY', { kind: 'command', command: 'cat src/[s]*/key' }],
    ];
    const got = await Promise.all(table.map(async ([, action]) => [await ask(action), action]));
    expect(got).toEqual(table);
  });
});
