import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Action } from '#protocol/action';
import { evaluate } from '../../server/src/policy/evaluate.ts';
import { bubblewrapSandbox } from '../../server/src/sandbox/bubblewrapSandbox.ts';
import { bubblewrap, hasBubblewrap } from '../bubblewrap.ts';
import { permitFor } from '../unit/permitFor.ts';
import { entries, factsOf, implementer, policyOf } from '../unit/policy/fixtures.ts';
import { median, percentile, row } from './measure.ts';

// `npm run bench:policy`: what a decision costs, and what the sandbox adds to a command. Prints each beside its bar,
// asserts nothing.

const rounds = 5000;
const policy = policyOf({
  allowedPaths: entries('src/', 'tests/', 'docs/'),
  deniedPaths: entries('infrastructure/', '.github/workflows/', 'secrets/', '**/*.pem'),
  allowedExtensions: entries('.ts', '.tsx', '.json', '.md'),
  allowedCommands: entries('git log', 'npm test', 'cat', 'grep', 'sort', 'head', 'echo'),
  deniedCommands: entries('rm', 'curl', 'git push --force'),
});
const line =
  'cat src/policy/evaluate.ts src/policy/paths.ts | grep -n "export function" | sort -k 2 | head -n 20 && ' +
  'git log --oneline -n 5 -- src/policy && npm test -- --reporter=dot test/unit/policy/evaluate.test.ts && echo done';
const command = line.slice(0, 200).padEnd(200, 'x');

row(
  'a decision about a path',
  describe(decisions({ kind: 'file_write', path: 'src/policy/a.ts', content: 'x' })),
  'bar: p50 20 µs',
);
row(
  `a decision about ${command.length} characters of shell`,
  describe(decisions({ kind: 'command', command })),
  'bar: p50 300 µs',
);
if (hasBubblewrap) await benchSandbox();

/** Microseconds of one decision each, warm. */
function decisions(action: Action): readonly number[] {
  const facts = factsOf(action);
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const startedMs = performance.now();
    evaluate(policy, implementer, action, facts);
    if (round >= rounds / 5) times.push((performance.now() - startedMs) * 1000);
  }
  return times;
}

function describe(times: readonly number[]): string {
  return `p50 ${percentile(times, 0.5).toFixed(1)} µs, p95 ${percentile(times, 0.95).toFixed(1)} µs`;
}

async function benchSandbox(): Promise<void> {
  const workspace = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'loki-bench-policy-')));
  try {
    mkdirSync(path.join(workspace, 'secrets'));
    writeFileSync(path.join(workspace, 'secrets/key'), 'x');
    const sandbox = bubblewrapSandbox({ program: bubblewrap, env: process.env });
    const enclosure = { workspace, hidden: ['secrets'], readOnly: [], dependencies: [], network: null };
    const confined: number[] = [];
    const bare: number[] = [];
    // In turn, so that what else the machine does meets both alike.
    for (let round = 0; round < 60; round += 1) {
      bare.push(await timed(async () => await spawnBare(workspace)));
      const permit = permitFor({ kind: 'command', command: 'true' });
      confined.push(await timed(async () => void (await sandbox.run(permit, enclosure, new AbortController().signal))));
    }
    row('a bare spawn of bash', `p50 ${median(bare).toFixed(1)} ms`);
    row('the same in the sandbox', `p50 ${median(confined).toFixed(1)} ms`);
    row('what the sandbox adds', `p50 ${(median(confined) - median(bare)).toFixed(1)} ms`, 'bar: 15 ms');
  } finally {
    rmSync(workspace, { recursive: true, force: true });
  }
}

async function timed(work: () => Promise<void>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}

async function spawnBare(cwd: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const child = spawn('/bin/bash', ['--noprofile', '--norc', '-c', 'true'], {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.once('error', reject).once('close', () => resolve());
  });
}
