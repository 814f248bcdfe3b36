import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { execFileSync } from 'node:child_process';
import { runResult, type RunResult } from '#protocol/run';

export const cli = path.join(import.meta.dirname, '..', '..', 'dist', 'cli.js');

export interface CliAnswer {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly cwd: string;
  readonly lokiHome: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** Words put before the program, such as a `bwrap` that makes a folder read-only. */
  readonly under?: readonly string[];
}

/** Runs the built program as a person or a CI job would: a process of its own, with a clean environment. */
export async function loki(args: readonly string[], options: CliOptions): Promise<CliAnswer> {
  const [program = '', ...rest] = [...(options.under ?? []), process.execPath, cli, ...args];
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(program, rest, {
    cwd: options.cwd,
    env: { PATH, HOME, LOKI_HOME: options.lokiHome, ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  return { code, stdout, stderr };
}

/** The last line of `--json` output, parsed by the contract's own schema. */
export function resultOf({ stdout }: CliAnswer): RunResult {
  const last = stdout.trimEnd().split('\n').at(-1) ?? '';
  return runResult.parse(JSON.parse(last));
}

export interface Scratch {
  readonly folder: string;
  readonly lokiHome: string;
  readonly remove: () => void;
}

/** A small real repository with a passing test, and a Loki home, both temporary. */
export function scratchRepository(files: Readonly<Record<string, string>> = {}): Scratch {
  const base = mkdtempSync(path.join(os.tmpdir(), 'loki-contract-'));
  const folder = path.join(base, 'project');
  const all = {
    'package.json': '{"name":"x","type":"module","scripts":{"test":"node --test"}}\n',
    'a.test.js': "import test from 'node:test'; test('ok', () => {});\n",
    ...files,
  };
  execFileSync('mkdir', ['-p', folder]);
  for (const [name, content] of Object.entries(all)) {
    execFileSync('mkdir', ['-p', path.dirname(path.join(folder, name))]);
    writeFileSync(path.join(folder, name), content);
  }
  const git = (...args: string[]): unknown => execFileSync('git', args, { cwd: folder });
  git('init', '-q');
  git('add', '.');
  git('-c', 'user.name=t', '-c', 'user.email=t@example.com', 'commit', '-qm', 'start');
  return { folder, lokiHome: path.join(base, 'home'), remove: () => rmSync(base, { recursive: true, force: true }) };
}
