import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bubblewrap, hasBubblewrap } from '../bubblewrap.ts';
import { loki, resultOf, scratchRepository, type Scratch } from './cliRun.ts';

// Every kind of bad input gives one clear message that says what to do, the right exit code, and no stack trace.

let scratch: Scratch;
beforeAll(() => {
  scratch = scratchRepository();
});
afterAll(() => scratch.remove());

interface Bad {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly says: RegExp;
  readonly code?: string;
}

const bad: Readonly<Record<string, Bad>> = {
  'an empty task': {
    args: ['run', '  ', '--provider', 'demo'],
    says: /the task is empty.*loki run "/,
    code: 'task_empty',
  },
  'no task': { args: ['run', '--provider', 'demo'], says: /the task is empty/, code: 'task_empty' },
  'a task of 1 MB': {
    args: ['run', '-', '--provider', 'demo'],
    input: 'word '.repeat(200_000),
    says: /1000 kB long.*put the material into a file/,
    code: 'task_too_long',
  },
  'two tasks': { args: ['run', 'one', 'two'], says: /the task is one argument: put it in quotes/ },
  'an unknown option': { args: ['run', 'x', '--colour'], says: /--colour.*see --help/ },
  'an unknown provider': {
    args: ['run', 'x', '--provider', 'nobody'],
    says: /there is no provider "nobody"; choose one of anthropic, openai, google, azure, ollama/,
    code: 'provider_unknown',
  },
  'no provider at all': { args: ['run', 'x'], says: /no provider is set up.*ANTHROPIC_API_KEY.*--provider demo/ },
  'a missing key': {
    args: ['run', 'x', '--provider', 'anthropic'],
    says: /ANTHROPIC_API_KEY/,
    code: 'key_missing',
  },
  'a model without a known price': {
    args: ['run', 'x', '--provider', 'ollama', '--model', 'my-own-model'],
    says: /price of my-own-model .*models: \{ prices: \{ "my-own-model": \{ input: 0/,
    code: 'price_unknown',
  },
  'a budget that is no number': {
    args: ['run', 'x', '--provider', 'demo'],
    env: { COST_MAX_PER_TASK: 'abc' },
    says: /COST_MAX_PER_TASK/,
    code: 'config_invalid',
  },
  'an unknown run': { args: ['accept', 'run-abcdefghij'], says: /there is no run run-abcdefghij/ },
  'an unknown command': { args: ['frobnicate'], says: /there is no command "frobnicate"; see loki --help/ },
};

describe('bad input', () => {
  for (const [name, { args, env = {}, input = '', says, code }] of Object.entries(bad)) {
    test(name, async () => {
      const where = { cwd: scratch.folder, lokiHome: scratch.lokiHome, env, input };
      const answer = await loki(args, where);
      expect(answer.stderr).toMatch(says);
      expect(answer.code).toBe(3);
      expectNoStack(answer.stderr);
      if (code === undefined) return;
      const json = await loki([...args, '--json'], where);
      expect(resultOf(json)).toMatchObject({ status: 'failed', verdict: null, failure: { code } });
      expect(json.code).toBe(3);
    });
  }

  test('a folder without a repository: the message has the commands that make one', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'loki-bare-'));
    const answer = await loki(['run', 'x', '--provider', 'demo', '--json'], {
      cwd: folder,
      lokiHome: scratch.lokiHome,
    });
    expect(answer.stderr).toMatch(/not in a git repository.*git init && git add -A && git commit/);
    expect(resultOf(answer).failure?.code).toBe('not_a_repository');
    expect(readdirSync(folder)).toEqual([]);
    rmSync(folder, { recursive: true });
  });

  test('a repository without a commit: the message says how to make the first', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'loki-empty-'));
    execFileSync('git', ['init', '-q'], { cwd: folder });
    const answer = await loki(['run', 'x', '--provider', 'demo', '--json'], {
      cwd: folder,
      lokiHome: scratch.lokiHome,
    });
    expect(answer.stderr).toMatch(/has no commit yet.*git commit/);
    expect(resultOf(answer).failure?.code).toBe('no_commit');
    rmSync(folder, { recursive: true });
  });

  test('a configuration with an error: nothing runs, and the message names line and column', async () => {
    const broken = scratchRepository({ '.loki/config.yaml': 'scope:\n  allowed_pathes: [src/]\n' });
    const answer = await loki(['run', 'x', '--provider', 'demo'], { cwd: broken.folder, lokiHome: broken.lokiHome });
    expect(answer.stderr).toMatch(/\.loki\/config\.yaml:2:3.*allowed_pathes/);
    expect(answer.code).toBe(3);
    expectNoStack(answer.stderr);
    expect(existsSync(path.join(broken.folder, '.loki/audit'))).toBe(false);
    broken.remove();
  });

  test('a policies file with a mistake: nothing runs', async () => {
    const ahead = scratchRepository({ '.loki/policies.yaml': 'rule: []\n' });
    const answer = await loki(['run', 'x', '--provider', 'demo'], { cwd: ahead.folder, lokiHome: ahead.lokiHome });
    expect(answer.stderr).toMatch(/nothing runs until it is mended: \.loki\/policies\.yaml:1:1: unknown key "rule"/);
    expect(answer.code).toBe(3);
    ahead.remove();
  });

  test("a project's wish to send requests elsewhere needs agreement once", async () => {
    const config = 'models:\n  providers: { anthropic: { base_url: "http://127.0.0.1:9/v1" } }\n';
    const wishing = scratchRepository({ '.loki/config.yaml': config });
    const where = { cwd: wishing.folder, lokiHome: wishing.lokiHome, env: { ANTHROPIC_API_KEY: 'test-key' } };
    const answer = await loki(['run', 'x', '--provider', 'anthropic', '--json'], where);
    expect(resultOf(answer).failure?.code).toBe('confirmation_needed');
    expect(answer.stderr).toMatch(/base_url.*--trust/);
    wishing.remove();
  });
});

describe.skipIf(!hasBubblewrap)('a read-only disk (needs the package bubblewrap)', () => {
  test('the message names the folder, and nothing is left behind', async () => {
    const readOnly = scratchRepository();
    const answer = await loki(['run', 'x', '--provider', 'demo', '--json'], {
      cwd: readOnly.folder,
      lokiHome: readOnly.lokiHome,
      under: [bubblewrap, '--dev-bind', '/', '/', '--ro-bind', readOnly.folder, readOnly.folder, '--'],
    });
    expect(resultOf(answer).failure?.code).toBe('disk_unwritable');
    expect(answer.stderr).toMatch(/cannot be written.*make it writable/);
    expect(answer.code).toBe(3);
    expectNoStack(answer.stderr);
    readOnly.remove();
  });
});

function expectNoStack(text: string): void {
  expect(text).not.toMatch(/\n\s+at .*[:(]\d+/);
  expect(text).not.toContain('node:internal');
}
