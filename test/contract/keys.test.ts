import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findSecret, formsIn } from '../leaks/findSecret.ts';
import { watchProcesses } from '../leaks/watchProcesses.ts';
import { startAnthropicServer } from '../wire/anthropicServer.ts';
import type { WirePart } from '../wire/wireScript.ts';
import { loki, resultOf, scratchRepository, type CliAnswer, type Scratch } from './cliRun.ts';

// A provider's key from the moment it is typed to the end of a run, with a real keychain: it is where it belongs and
// nowhere else.

const key = `sk-ant-${'0123456789abcdef'.repeat(2)}-do-not-print`;
const programs = ['/usr/bin/dbus-run-session', '/usr/bin/gnome-keyring-daemon'];

/** A session with a keychain of its own, unlocked; its keyring lies in HOME. */
const session = [
  'dbus-run-session',
  '--',
  'sh',
  '-c',
  'printf test | gnome-keyring-daemon --unlock --components=secrets >/dev/null; exec "$@"',
  'sh',
];

const says = (tool: string, input: object): WirePart['turns'][number] => ({ kind: 'answer', calls: [{ tool, input }] });
const parts: readonly WirePart[] = [
  {
    match: /You carry out the plan/,
    turns: [
      says('run_command', { command: 'npm test' }),
      says('write_file', { path: 'a.txt', content: 'a' }),
      says('finish', { summary: 'Done.' }),
    ],
  },
  { match: /You plan|You review the change for/, turns: Array(2).fill(says('finish', { summary: 'Well.' })) },
  { match: /as an attacker/, turns: [says('finish', { summary: 'Well.' })] },
];

let scratch: Scratch;
let home: string;
beforeEach(() => {
  scratch = scratchRepository({
    '.loki/config.yaml': 'scope: { allowed_commands: [npm test] }\n',
    // The environment that commands get lands in a file, which is searched like all others.
    'package.json': '{"name":"x","type":"module","scripts":{"test":"env > env.txt; node --test"}}\n',
  });
  home = path.join(scratch.folder, '..', `${path.basename(scratch.folder)}-home`);
  mkdirSync(path.join(home, '.local/share/keyrings'), { recursive: true });
  mkdirSync(path.join(home, 'run'), { mode: 0o700 });
  chmodSync(path.join(home, 'run'), 0o700);
});
afterEach(() => {
  scratch.remove();
  execFileSync('rm', ['-rf', home]);
});

async function run(
  args: readonly string[],
  input = '',
  env: Readonly<Record<string, string>> = {},
): Promise<CliAnswer> {
  const where = { HOME: home, XDG_RUNTIME_DIR: path.join(home, 'run') };
  const options = { cwd: scratch.folder, lokiHome: scratch.lokiHome, under: session, input };
  return await loki(args, { ...options, env: { ...where, ...env } });
}

describe.skipIf(!programs.every((program) => existsSync(program)))('with a keychain (dbus, gnome-keyring)', () => {
  test('a key is set from standard input, listed by its place alone, and removed', async () => {
    const set = await run(['key', 'set', 'anthropic'], `${key}\n`);
    expect(set).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('system’s keychain'.replace('’', "'")) as string,
    });
    const list = await run(['key', 'list', '--json'], '', { OPENAI_API_KEY: 'k' });
    expect(JSON.parse(list.stdout)).toEqual({
      keys: [
        { provider: 'anthropic', place: 'keychain' },
        { provider: 'openai', place: 'environment' },
      ],
      problem: null,
    });
    const models = await run(['models']);
    expect(models.stdout).toMatch(/✓ anthropic +its key is in the system's keychain\n +fast +claude/);
    expect(await run(['key', 'remove', 'anthropic'])).toMatchObject({ code: 0 });
    expect(JSON.parse((await run(['key', 'list', '--json'])).stdout)).toEqual({ keys: [], problem: null });
    expect(JSON.stringify([set, list, models])).not.toContain(key);
  });

  test('a whole run uses the key and leaves it nowhere: no file, output, argument or environment', async () => {
    await run(['key', 'set', 'anthropic'], `${key}\n`);
    const server = await startAnthropicServer(parts);
    const watch = watchProcesses(key);
    try {
      const answer = await run(['run', 'Add a file', '--provider', 'anthropic', '--json', '--trust'], '', {
        ANTHROPIC_BASE_URL: server.baseUrl,
      });
      expect(resultOf(answer)).toMatchObject({ status: 'finished' });
      expect(server.requests.length).toBeGreaterThan(4);
      expect(server.requests.every(({ headers }) => headers['x-api-key'] === key)).toBe(true);
      expect(formsIn(Buffer.from(`${answer.stdout}${answer.stderr}`), key)).toEqual([]);
    } finally {
      await server.close();
    }
    expect(watch.end()).toEqual([]);
    expect(watch.seen).toContain('git');
    const worktrees = path.join(scratch.lokiHome, 'worktrees');
    expect(filesUnder(worktrees).some((file) => file.endsWith('env.txt'))).toBe(true);
    expect(findSecret([scratch.folder, scratch.lokiHome, home], key)).toEqual([]);
  });
});

test('a key is never taken from the command line, and not repeated', async () => {
  for (const args of [
    ['key', 'set', 'anthropic', key],
    ['key', 'set', key],
    ['key', 'set', 'anthropic', '--key', key],
  ]) {
    const answer = await loki(args, { cwd: scratch.folder, lokiHome: scratch.lokiHome });
    expect(answer.code).toBe(3);
    expect(`${answer.stdout}${answer.stderr}`).not.toContain(key);
  }
});

test('without a keychain the way out is said, and no file is written', async () => {
  const env = { HOME: home, DBUS_SESSION_BUS_ADDRESS: '' };
  const options = { cwd: scratch.folder, lokiHome: scratch.lokiHome, env, input: `${key}\n` };
  const answer = await loki(['key', 'set', 'anthropic'], options);
  expect(answer).toMatchObject({
    code: 3,
    stderr: expect.stringMatching(/no keychain here.*install.*ANTHROPIC_API_KEY.*no file/) as string,
  });
  expect(filesUnder(home).concat(filesUnder(scratch.lokiHome))).toEqual([]);
});

function filesUnder(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
}
