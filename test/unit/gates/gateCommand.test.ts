import { readFileSync } from 'node:fs';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, expect, test } from 'vitest';
import type { CliContext } from '../../../server/src/cli/command.ts';
import { makeGateCommand } from '../../../server/src/cli/gate.ts';
import type { CommandOutcome } from '../../../server/src/sandbox/confinement.ts';
import { sampleRepository, type SampleRepository } from '../workspace/sampleRepository.ts';

let repo: SampleRepository | null = null;
afterEach(() => {
  repo?.remove();
  repo = null;
});

const exited = (exitCode: number, output: string): CommandOutcome => ({
  kind: 'exited',
  exitCode,
  output,
  isCut: false,
  durationMs: 1,
});

async function run(
  args: readonly string[],
  outcome: CommandOutcome,
  print: (text: string) => void = () => undefined,
): Promise<{ readonly code: number; readonly out: string; readonly root: string }> {
  repo = sampleRepository({
    'package.json': '{"scripts":{"test":"node --test"}}',
    '.loki/gates/strict.conf': 'GATE_MIN_COVERAGE=90\n',
  });
  let out = '';
  const ctx: CliContext = {
    env: {},
    cwd: repo.root,
    // A stream of the test's own stands in for the terminal's: the command does not read it.
    stdin: new PassThrough() as unknown as NodeJS.ReadStream,
    print: (text) => {
      out += text;
      print(text);
    },
    tell: () => undefined,
    isInteractive: false,
    printsToTerminal: false,
    signal: new AbortController().signal,
  };
  const command = makeGateCommand({
    loadSettings: () => Promise.resolve({ profile: null, testCommand: null }),
    runCommand: () => Promise.resolve(outcome),
    version: '1.0.0',
  });
  return { code: await command.run(args, ctx), out, root: repo.root };
}

const passed = exited(0, 'ℹ tests 2\nℹ pass 2\nℹ fail 0\n');

test('gates that pass exit 0 and say VERIFIED', async () => {
  const { code, out } = await run(['run'], passed);
  expect(code).toBe(0);
  expect(out).toBe('tests: passed: 2 tests passed\nsecrets: passed: no secret in 2 files\nVERIFIED\n');
});

test('a failing required gate exits 2, one that this version lacks exits 1', async () => {
  expect((await run(['run'], exited(1, ''))).code).toBe(2);
  repo?.remove();
  expect((await run(['run', '--profile', 'strict'], passed)).code).toBe(1);
});

test('findings go to a SARIF file, results as JSON to standard output', async () => {
  const { code, out, root } = await run(['run', '--json', '--sarif', 'out.sarif'], exited(1, 'boom'));
  expect(code).toBe(2);
  expect(JSON.parse(out)).toMatchObject({ verdict: 'BLOCKED', profile: 'default', gates: [{ id: 'tests' }, {}] });
  expect(readFileSync(path.join(root, 'out.sarif'), 'utf8')).toContain('"version": "2.1.0"');
});

test('a folder of the SARIF file that is missing is made', async () => {
  const { code, root } = await run(['run', '--sarif', 'out/a/x.sarif'], passed);
  expect(code).toBe(0);
  expect(readFileSync(path.join(root, 'out/a/x.sarif'), 'utf8')).toContain('"version": "2.1.0"');
});

test.each(['package.json/x.sarif', '.loki'])(
  'a SARIF file that cannot be written costs no verdict: %s',
  async (file) => {
    let out = '';
    const running = run(['run', '--sarif', file], passed, (text) => (out += text));
    await expect(running).rejects.toMatchObject({
      code: 'disk_unwritable',
      message: expect.stringMatching(/cannot be written .*: check that its folder/),
    });
    expect(out).toMatch(/VERIFIED\n$/);
  },
);

test('list tells the gates of a profile and the profiles there are', async () => {
  const { out } = await run(['list', '--profile', 'strict'], passed);
  expect(out).toBe(
    'strict\n  tests (required)\n  secrets (required)\n  coverage (required)\nprofiles: default, strict\n',
  );
});

test('anything else is a usage failure', async () => {
  await expect(run([], passed)).rejects.toMatchObject({ code: 'usage' });
  repo?.remove();
  await expect(run(['run', 'more'], passed)).rejects.toMatchObject({ code: 'usage' });
});
