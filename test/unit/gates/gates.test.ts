import { spawnSync } from 'node:child_process';
import { rmSync, symlinkSync, writeFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { GateResult } from '../../../server/protocol/gate.ts';
import { defaultProfile, type Profile } from '../../../server/src/gates/profile.ts';
import { runGates } from '../../../server/src/gates/runGates.ts';
import { detectTestCommand } from '../../../server/src/gates/testCommand.ts';
import type { CommandOutcome } from '../../../server/src/sandbox/confinement.ts';
import { commitAll } from '../../../server/src/workspace/changes.ts';
import type { Worktree } from '../../../server/src/workspace/worktree.ts';
import { sampleRepository, type SampleRepository } from '../workspace/sampleRepository.ts';

// Keeps the made-up secrets of these tests from being taken for a leak of real ones.
const cut = '';

const binaries = path.resolve(import.meta.dirname, '../../../node_modules/.bin');
const token = `glpat${cut}-q7Zp2Lk9Wd4Xs8Vn3Rb6`;
const passing = "const test = require('node:test');\ntest('adds', () => {});\n";
const failing = `const test = require('node:test');
const assert = require('node:assert');
test('adds', () => {});
test('an empty cart costs nothing', () => {
  assert.equal(1, 2);
});
`;
const nodeProject = { 'package.json': '{"scripts":{"test":"node --test"}}', 'a.test.js': passing };

let repo: SampleRepository | null = null;
afterEach(() => {
  repo?.remove();
  repo = null;
});

async function startOn(files: Readonly<Record<string, string>>): Promise<Worktree> {
  repo = sampleRepository(files);
  return await repo.start('one');
}

const put = (worktree: Worktree, file: string, content: string): void => {
  mkdirSync(path.dirname(path.join(worktree.workspace, file)), { recursive: true });
  writeFileSync(path.join(worktree.workspace, file), content);
};

/** Runs commands for real, as bash would, and remembers them. */
function shell(worktree: Worktree, ran: string[] = []): (command: string) => Promise<CommandOutcome> {
  return (command) => {
    ran.push(command);
    const env = { PATH: `${binaries}:${process.env['PATH']}`, HOME: worktree.path, CI: '1' };
    const done = spawnSync('bash', ['-c', command], { cwd: worktree.workspace, encoding: 'utf8', env });
    const output = done.stdout + done.stderr;
    return Promise.resolve({ kind: 'exited', exitCode: done.status ?? 1, output, isCut: false, durationMs: 1 });
  };
}

const answer = (outcome: CommandOutcome) => (): Promise<CommandOutcome> => Promise.resolve(outcome);

async function run(
  worktree: Worktree,
  options: {
    readonly runCommand?: (command: string) => Promise<CommandOutcome>;
    readonly testCommand?: string;
    readonly profile?: Profile;
    readonly isWholeCheckout?: boolean;
  } = {},
): Promise<readonly GateResult[]> {
  const {
    runCommand = shell(worktree),
    testCommand = null,
    profile = defaultProfile,
    isWholeCheckout = false,
  } = options;
  const told: string[] = [];
  const context = { worktree, testCommand, runCommand, isWholeCheckout };
  const results = await runGates(profile, context, (gate) => void told.push(gate.id), new AbortController().signal);
  expect(told).toEqual(results.map((gate) => gate.id));
  return results;
}

test('passing tests and no secret pass', async () => {
  const worktree = await startOn(nodeProject);
  expect(await run(worktree)).toMatchObject([
    { id: 'tests', status: 'passed', command: 'npm test', exitCode: 0, summary: '1 test passed' },
    { id: 'secrets', status: 'passed' },
  ]);
});

test.each(['spec', 'tap'])('a failing node:test (%s) is found at its file and line', async (reporter) => {
  const script = `node --test --test-reporter=${reporter}`;
  const worktree = await startOn({
    'package.json': JSON.stringify({ scripts: { test: script } }),
    't/a.test.js': passing,
  });
  put(worktree, 't/a.test.js', failing);
  const [tests] = await run(worktree);
  expect(tests).toMatchObject({
    status: 'failed',
    exitCode: 1,
    summary: '1 of 2 tests failed',
    findings: [{ source: 'tests', severity: 'high', path: 't/a.test.js', line: 5 }],
  });
  expect(tests?.findings[0]?.message).toContain('an empty cart costs nothing');
});

test('a failing vitest is found at its file and line', async () => {
  const worktree = await startOn({
    'package.json': '{"type":"module","devDependencies":{"vitest":"*"}}',
    'a.test.js': 'import { expect, test } from "vitest";\n\ntest("sum", () => {\n  expect(1).toBe(2);\n});\n',
    '.gitignore': 'node_modules\n',
  });
  symlinkSync(path.dirname(binaries), path.join(worktree.path, 'node_modules'));
  const [tests] = await run(worktree, { testCommand: 'vitest run' });
  expect(tests).toMatchObject({
    status: 'failed',
    summary: '1 of 1 test failed',
    findings: [{ path: 'a.test.js', line: 4 }],
  });
});

test.each<[string, CommandOutcome, string]>([
  ['not started', { kind: 'not_started', reason: 'no sandbox' }, 'not started: no sandbox'],
  ['timed out', { kind: 'timed_out', output: '', durationMs: 9000 }, 'did not end within 9 s'],
  ['cancelled', { kind: 'cancelled', output: '', durationMs: 1 }, 'cancelled'],
  [
    'a missing program',
    { kind: 'exited', exitCode: 127, output: 'sh: 1: vitest: not found\n', isCut: false, durationMs: 1 },
    'not installed: vitest',
  ],
  [
    'pytest that is not installed',
    { kind: 'exited', exitCode: 1, output: '/usr/bin/python3: No module named pytest\n', isCut: false, durationMs: 1 },
    'not installed: pytest',
  ],
  [
    'a declared package that is not there',
    {
      kind: 'exited',
      exitCode: 1,
      output: "Error: Cannot find package 'left-pad' imported\n",
      isCut: false,
      durationMs: 1,
    },
    'not installed: left-pad',
  ],
])('%s is inconclusive with its reason, never a failure of the code', async (_name, outcome, words) => {
  const worktree = await startOn({ 'package.json': '{"scripts":{"test":"x"},"dependencies":{"left-pad":"1"}}' });
  const [tests] = await run(worktree, { runCommand: answer(outcome) });
  expect(tests).toMatchObject({ status: 'inconclusive', findings: [] });
  expect(tests?.summary).toContain(words);
});

test('a package that nobody declared is the fault of the code', async () => {
  const worktree = await startOn(nodeProject);
  put(worktree, 'a.test.js', 'require("never-heard-of-it");\n');
  expect((await run(worktree))[0]).toMatchObject({ status: 'failed', exitCode: 1 });
});

test('zero tests, or only skipped ones, prove nothing although the exit code is 0', async () => {
  const worktree = await startOn(nodeProject);
  rmSync(path.join(worktree.path, 'a.test.js'));
  expect((await run(worktree))[0]).toMatchObject({ status: 'inconclusive', exitCode: 0, summary: 'no test was run' });
  put(worktree, 'a.test.js', "require('node:test')('later', { skip: true }, () => {});\n");
  expect((await run(worktree))[0]).toMatchObject({ status: 'inconclusive', summary: 'every test was skipped' });
});

test('without anything that says how tests are run, the gate cannot decide', async () => {
  const worktree = await startOn({ 'README.md': 'x\n' });
  expect((await run(worktree))[0]).toMatchObject({ status: 'inconclusive', command: null });
  put(worktree, 'package.json', '{"scripts":{"test":"true"}}');
  const [tests] = await run(worktree);
  expect(tests?.status).toBe('inconclusive');
  expect(tests?.summary).toContain('came with this run, so nothing pins them');
});

test('a run that changes how tests are run is measured by what it was before, and that is said', async () => {
  const worktree = await startOn(nodeProject);
  put(worktree, 'package.json', '{"scripts":{"test":"exit 0"}}');
  put(worktree, 'a.test.js', failing);
  await commitAll(worktree, { message: 'Cheat', runId: 'run-one' });
  const ran: string[] = [];
  const [tests] = await run(worktree, { runCommand: shell(worktree, ran) });
  expect(ran).toEqual(['PATH="$PWD/node_modules/.bin:$PATH"; node --test']);
  expect(tests).toMatchObject({ status: 'failed', findings: [{ rule: 'failed' }, { rule: 'definition-changed' }] });
});

test('the same holds for a configured command and for scripts that are called by others', async () => {
  const scripts = { test: 'npm run unit', unit: 'node --test' };
  const worktree = await startOn({ ...nodeProject, 'package.json': JSON.stringify({ scripts }) });
  put(worktree, 'package.json', JSON.stringify({ scripts: { ...scripts, unit: 'exit 0' } }));
  for (const testCommand of ['npm test', 'npm run unit -- --only']) {
    const ran: string[] = [];
    const [tests] = await run(worktree, { runCommand: shell(worktree, ran), testCommand });
    expect(ran).toEqual([]);
    expect(tests).toMatchObject({ status: 'inconclusive', findings: [{ rule: 'definition-changed' }] });
  }
});

test('a new configuration of the runner is pointed out, and the tests are run', async () => {
  const worktree = await startOn(nodeProject);
  put(worktree, 'vitest.config.ts', 'export default {};\n');
  const [tests] = await run(worktree);
  expect(tests).toMatchObject({ status: 'passed', findings: [{ rule: 'definition-changed', severity: 'medium' }] });
});

test('a new secret fails at its file and line and is not repeated; an old one is not the run’s', async () => {
  const old = `${token.slice(0, -4)}Zz9Q`;
  const worktree = await startOn({ ...nodeProject, 'old.txt': `${old}\n` });
  put(worktree, 'old.txt', `a line more\n${old}\n`);
  expect((await run(worktree))[1]).toMatchObject({ status: 'passed' });
  put(worktree, 'src/new.ts', `const a = 1;\nconst key = '${token}';\n`);
  put(worktree, 'utf16.txt', 'x');
  writeFileSync(path.join(worktree.path, 'utf16.txt'), Buffer.from(token, 'utf16le'));
  const results = await run(worktree);
  expect(results[1]).toMatchObject({
    status: 'failed',
    summary: '2 secrets in 2 files',
    findings: [
      { rule: 'gitlab-token', severity: 'high', path: 'src/new.ts', line: 2 },
      { rule: 'gitlab-token', path: 'utf16.txt', line: 1 },
    ],
  });
  expect(JSON.stringify(results)).not.toContain(token);
});

test('a whole checkout is scanned where no run has worked', async () => {
  const worktree = await startOn({ ...nodeProject, 'old.txt': `${token}\n` });
  expect((await run(worktree, { isWholeCheckout: true }))[1]).toMatchObject({ status: 'failed' });
});

test('a required gate that this version lacks is inconclusive', async () => {
  const worktree = await startOn(nodeProject);
  const gates = [{ id: 'coverage', isRequired: true } as const, { id: 'peer_review', isRequired: true } as const];
  expect(await run(worktree, { profile: { name: 'strict', gates } })).toMatchObject([
    { id: 'coverage', isRequired: true, status: 'inconclusive' },
    { id: 'peer_review', isRequired: true, status: 'inconclusive' },
  ]);
});

test('a gate that breaks is inconclusive and the next one still runs', async () => {
  const worktree = await startOn(nodeProject);
  const results = await run(worktree, { runCommand: () => Promise.reject(new Error('broken')) });
  expect(results).toMatchObject([{ status: 'inconclusive' }, { status: 'passed' }]);
});

test('a cancelled run skips what did not start', async () => {
  const worktree = await startOn(nodeProject);
  const context = { worktree, testCommand: null, runCommand: shell(worktree) };
  const results = await runGates(defaultProfile, context, () => undefined, AbortSignal.abort());
  expect(results.map((gate) => gate.status)).toEqual(['skipped', 'skipped']);
});

test.each<[string, Readonly<Record<string, string>>, string | null]>([
  ['npm', { 'package.json': '{"scripts":{"test":"x"}}' }, 'npm test'],
  ['pnpm', { 'package.json': '{"scripts":{"test":"x"}}', 'pnpm-lock.yaml': '' }, 'pnpm test'],
  ['vitest', { 'package.json': '{"devDependencies":{"vitest":"1"}}' }, 'npx vitest run'],
  ['node', { 'test/a.test.mjs': '' }, 'node --test'],
  ['pytest', { 'tests/test_a.py': '' }, 'python3 -m pytest'],
  ['go', { 'go.mod': 'module x\n' }, 'go test ./...'],
  ['cargo', { 'Cargo.toml': '' }, 'cargo test'],
  ['make', { Makefile: 'test: all\n\ttrue\n' }, 'make test'],
  [
    'the placeholder of npm init',
    { 'package.json': '{"scripts":{"test":"echo \\"Error: no test specified\\" && exit 1"}}' },
    null,
  ],
  ['a broken package.json', { 'package.json': '{' }, null],
])('the test command is detected: %s', async (_name, files, command) => {
  expect(await detectTestCommand(await startOn(files))).toBe(command);
});

test.each(['python3 -m pytest', 'npx vitest run', 'npx jest', 'npx mocha'])(
  '%s that ends well without a summary is inconclusive: the tested code may have ended it',
  async (testCommand) => {
    const worktree = await startOn({ 'a.txt': 'a' });
    const outcome = { kind: 'exited', exitCode: 0, output: 'fine\n', isCut: false, durationMs: 1 } as const;
    const [tests] = await run(worktree, { testCommand, runCommand: answer(outcome) });
    expect(tests).toMatchObject({ status: 'inconclusive', exitCode: 0 });
  },
);
test.each<[string, Readonly<Record<string, string>>, string | undefined, string]>([
  [
    'a script that package.json names',
    { 'package.json': '{"scripts":{"test":"sh ./scripts/test.sh"}}', 'scripts/test.sh': 'exit 1\n' },
    undefined,
    'scripts/test.sh',
  ],
  ['a script that the configuration names', { 'check.sh': 'exit 1\n' }, 'sh check.sh', 'check.sh'],
  ['a makefile', { Makefile: 'test:\n\tfalse\n' }, 'make test', 'Makefile'],
  ['a makefile that hides another', { Makefile: 'test:\n\tfalse\n' }, 'make test', 'GNUmakefile'],
  ['the wrapper of a build', { gradlew: 'exit 1\n', 'build.gradle': '' }, undefined, 'gradlew'],
  [
    'the package that a command goes to',
    { 'sub/package.json': '{"scripts":{"test":"false"}}' },
    'cd sub && npm test',
    'sub/package.json',
  ],
])('a run that changes %s proves nothing by its tests', async (_, files, testCommand, changed) => {
  const worktree = await startOn(files);
  put(worktree, changed, 'exit 0\n');
  const outcome = { kind: 'exited', exitCode: 0, output: 'fine\n', isCut: false, durationMs: 1 } as const;
  const [tests] = await run(worktree, {
    ...(testCommand !== undefined && { testCommand }),
    runCommand: answer(outcome),
  });
  expect(tests).toMatchObject({ status: 'inconclusive', findings: [{ rule: 'definition-changed' }] });
});

test('tests that a definition names may be changed', async () => {
  const worktree = await startOn({
    'package.json': '{"scripts":{"test":"node --test a.test.js"}}',
    'a.test.js': passing,
  });
  put(worktree, 'a.test.js', `${passing}\n`);
  expect((await run(worktree))[0]).toMatchObject({ status: 'passed', findings: [] });
});
