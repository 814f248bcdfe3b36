import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { copySample } from '../../server/src/runs/copySample.ts';
import { row, median } from './measure.ts';

const root = path.join(import.meta.dirname, '..', '..');
const cli = path.join(root, 'dist', 'cli.js');
const rounds = 5;

/** From the start of the program to its first progress, and the memory it holds while a command runs. */
export async function benchCli(): Promise<void> {
  const home = mkdtempSync(path.join(os.tmpdir(), 'loki-bench-'));
  try {
    const bare = Array.from({ length: rounds }, bareNode);
    const first: number[] = [];
    for (let round = 0; round < rounds; round += 1) first.push((await runOnce(home, 'refused-action')).firstMs);
    const { residentMb } = await runOnce(home, 'cancel-command');
    const [bareMs, firstMs] = [median(bare), median(first)];
    row('start of node, doing nothing', `${bareMs.toFixed(0)} ms`);
    row(
      'start of loki run to first progress',
      `${firstMs.toFixed(0)} ms`,
      `${(firstMs / bareMs).toFixed(1)} × bare node`,
    );
    row(
      'memory while a command runs (idle)',
      `${residentMb.toFixed(0)} MB`,
      `bare node ${bareResidentMb().toFixed(0)} MB`,
    );
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

function bareNode(): number {
  const startedMs = performance.now();
  spawnSync(process.execPath, ['-e', '0']);
  return performance.now() - startedMs;
}

function bareResidentMb(): number {
  const script = 'setTimeout(() => process.stdout.write(String(process.memoryUsage().rss)), 300)';
  return Number(spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' }).stdout) / 1e6;
}

interface Measured {
  readonly firstMs: number;
  readonly residentMb: number;
}

/** Runs a story until its first event, or until it sits in its command; then ends it. */
async function runOnce(home: string, scenario: string): Promise<Measured> {
  const workspace = await copySample(path.join(root, 'server/assets'));
  const file = path.join(root, 'test/scenario/scenarios', `${scenario}.yaml`);
  const startedMs = performance.now();
  const child = spawn(process.execPath, [cli, 'run', 'Bench', '--provider', 'demo', '--scenario', file, '--json'], {
    cwd: workspace,
    env: { ...process.env, LOKI_HOME: home },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const exited = new Promise((resolve) => child.on('exit', resolve));
  const isWaiting = scenario === 'cancel-command';
  let seen = '';
  let firstMs = 0;
  await new Promise<void>((resolve) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      firstMs ||= performance.now() - startedMs;
      seen += text;
      if (!isWaiting || seen.includes('"title":"$ sleep 61.7","state":"running"')) resolve();
    });
    child.on('exit', () => resolve());
  });
  if (isWaiting) await new Promise((resolve) => setTimeout(resolve, 1500));
  const residentMb = residentOf(child.pid ?? 0);
  child.kill('SIGINT');
  await exited;
  rmSync(workspace, { recursive: true, force: true });
  return { firstMs, residentMb };
}

/** Resident memory of a process, from /proc; 0 where there is none. */
function residentOf(pid: number): number {
  if (!readdirSync('/').includes('proc')) return 0;
  try {
    return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1000;
  } catch {
    return 0;
  }
}
