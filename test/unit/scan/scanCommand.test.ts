import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { scanCommand } from '../../../server/src/cli/scan.ts';
import type { CliContext } from '../../../server/src/cli/command.ts';

// Keeps the made-up secrets of these tests from being taken for a leak of real ones.
const cut = '';

const token = `glpat${cut}-q7Zp2Lk9Wd4Xs8Vn3Rb6`;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'loki-scan-'));
  writeFileSync(path.join(folder, 'bad.txt'), `x\n  ${token}\n`);
  writeFileSync(path.join(folder, 'good.txt'), 'x\n');
});
afterEach(() => rmSync(folder, { recursive: true }));

async function run(args: readonly string[], stdin = ''): Promise<{ code: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const ctx: CliContext = {
    env: {},
    cwd: folder,
    // A stream of the test's own stands in for the terminal's: the command only reads it.
    stdin: Readable.from([Buffer.from(stdin)]) as unknown as NodeJS.ReadStream,
    print: (text) => (out += text),
    tell: (text) => (err += text),
    isInteractive: false,
    printsToTerminal: false,
    signal: new AbortController().signal,
  };
  return { code: await scanCommand.run(args, ctx), out, err };
}

test('people read file, line and column, never the secret', async () => {
  expect(await run(['bad.txt', 'good.txt'])).toEqual({
    code: 1,
    out: 'bad.txt:2:3: GitLab token (gitlab-token)\n',
    err: '',
  });
  expect(await run(['good.txt'])).toEqual({ code: 0, out: 'no secret in 1 file\n', err: '' });
});

test('a file that cannot be read is an error even beside a finding', async () => {
  expect(await run(['bad.txt', 'none.txt'])).toEqual({
    code: 3,
    out: 'bad.txt:2:3: GitLab token (gitlab-token)\n',
    err: 'none.txt was not scanned: there is no such file\n',
  });
});

const put = (file: string, text: string): void => {
  mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
  writeFileSync(path.join(folder, file), text);
};
const found = (...places: readonly string[]): string =>
  places.map((place) => `${place}: GitLab token (gitlab-token)\n`).join('');

test('a folder is scanned with all below it, except installed and built things', async () => {
  put('src/deep/key.ts', token);
  put('src/node_modules/x/key.ts', token);
  put('src/clean/a.ts', 'x\n');
  symlinkSync(`/home/${token}`, path.join(folder, 'src/link'));
  symlinkSync('../bad.txt', path.join(folder, 'src/elsewhere'));
  expect(await run(['src/'])).toEqual({ code: 1, out: found('src/deep/key.ts:1:1', 'src/link:1:7'), err: '' });
  expect(await run(['src/clean', 'good.txt'])).toEqual({ code: 0, out: 'no secret in 2 files\n', err: '' });
  expect(await run(['src/node_modules'])).toMatchObject({ code: 1 });
  const { out } = await run(['src', '--json']);
  expect(out.trim().split('\n')).toHaveLength(4);
});

test('in a repository git says which files are the project’s; one that is ignored is scanned when it is named', async () => {
  const git = (...args: readonly string[]): unknown => execFileSync('git', args, { cwd: folder });
  git('init', '--quiet');
  put('.gitignore', 'local/\n');
  put('local/key', token);
  put('lib/deleted', token);
  put('lib/ä b', token);
  put('inner/key', token);
  git('add', '.');
  rmSync(path.join(folder, 'lib/deleted'));
  git('init', '--quiet', 'lib/other');
  put('lib/other/key', token);
  const before = readFileSync(path.join(folder, '.git/index'));
  expect(await run(['lib'])).toEqual({ code: 1, out: found('lib/other/key:1:1', 'lib/ä b:1:1'), err: '' });
  expect((await run(['.'])).out).toBe(found('bad.txt:2:3', 'inner/key:1:1', 'lib/other/key:1:1', 'lib/ä b:1:1'));
  expect((await run(['local'])).out).toBe(found('local/key:1:1'));
  expect(readFileSync(path.join(folder, '.git/index'))).toEqual(before);
});

test('lines of JSON are answered one by one in their order', async () => {
  const lines = [
    { id: 'a', text: `x ${token}` },
    { id: 2, text: 'x' },
  ]
    .map((line) => JSON.stringify(line))
    .join('\n');
  const { code, out } = await run(['--stdin', '--json'], lines);
  expect(code).toBe(1);
  expect(
    out
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line)),
  ).toEqual([
    { id: 'a', findings: [{ rule: 'gitlab-token', kind: 'GitLab token', start: 2, end: 28, severity: 'high' }] },
    { id: 2, findings: [] },
  ]);
});

test('a line that is not what was agreed fails the call and does not end it', async () => {
  const { code, out } = await run(['--stdin', '--json'], 'nonsense\n{"id":"b","text":"x"}\n');
  expect(code).toBe(3);
  expect(out.trim().split('\n')).toHaveLength(2);
});

test('plain standard input is scanned as one text', async () => {
  expect(await run(['--stdin'], `a\n${token}`)).toMatchObject({
    code: 1,
    out: 'stdin:2:1: GitLab token (gitlab-token)\n',
  });
});

test('nothing to scan, or both at once, is a usage failure', async () => {
  await expect(run([])).rejects.toMatchObject({ code: 'usage' });
  await expect(run(['--stdin', 'bad.txt'])).rejects.toMatchObject({ code: 'usage' });
});

test('personal data is looked for only when it is asked for', async () => {
  put('people.txt', `ada@example.com\n${token}\n`);
  expect((await run(['people.txt'])).out).toBe(found('people.txt:2:1'));
  expect(await run(['--personal', 'people.txt'])).toEqual({
    code: 1,
    out: `people.txt:1:1: e-mail address (email)\n${found('people.txt:2:1')}`,
    err: '',
  });
  expect((await run(['--personal', 'good.txt'])).out).toBe('no secret and nothing personal in 1 file\n');
});

test('a byte order mark moves no place', async () => {
  put('marked.txt', `\ufeff${token}\r\n\r\n😀 ${token}`);
  expect((await run(['marked.txt'])).out).toBe(found('marked.txt:1:1', 'marked.txt:3:4'));
});
