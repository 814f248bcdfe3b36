import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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
  expect(await run(['good.txt'])).toEqual({ code: 0, out: '', err: '' });
});

test('a file that cannot be read is an error even beside a finding', async () => {
  const { code, err } = await run(['bad.txt', 'none.txt', '.']);
  expect(code).toBe(3);
  expect(err).toBe(
    'none.txt was not scanned: there is no such file\n. was not scanned: it is a folder; give the files in it\n',
  );
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
