import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { median, row } from './measure.ts';

// `npm run bench:editor`: what the extension costs before it does anything. Prints, asserts nothing.

const dist = path.join(import.meta.dirname, '../../dist');
const times = 7;

await benchActivation();
await benchSidecar();
benchSizes();

async function benchActivation(): Promise<void> {
  const loaded: number[] = [];
  const activated: number[] = [];
  for (let run = 0; run < times; run += 1) {
    const child = fork(path.join(import.meta.dirname, 'activateProcess.ts'), {
      execArgv: ['--disable-warning=MODULE_TYPELESS_PACKAGE_JSON'],
    });
    const [told] = (await once(child, 'message')) as [{ loadedMs: number; activatedMs: number }];
    loaded.push(told.loadedMs);
    activated.push(told.activatedMs);
  }
  row('activation', `${median(activated).toFixed(1)} ms`, `aim < 50 ms; ${median(loaded).toFixed(1)} ms of it loading`);
}

/** From the start of the process until it has answered `initialize`, as the client starts it: over an IPC channel. */
async function benchSidecar(): Promise<void> {
  const home = await mkdtemp(path.join(os.tmpdir(), 'loki-bench-'));
  const ready: number[] = [];
  const memory: number[] = [];
  for (let run = 0; run < times; run += 1) {
    const began = performance.now();
    const child = fork(path.join(dist, 'sidecar.js'), ['--node-ipc', `--clientProcessId=${process.pid}`], {
      env: { ...process.env, HOME: home, LOKI_HOME: path.join(home, 'loki') },
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    const params = {
      processId: process.pid,
      rootUri: null,
      capabilities: {},
      initializationOptions: { isTrusted: true },
    };
    child.send({ jsonrpc: '2.0', id: 1, method: 'initialize', params });
    await once(child, 'message');
    ready.push(performance.now() - began);
    child.send({ jsonrpc: '2.0', method: 'initialized', params: {} });
    await sleep(1500);
    memory.push(residentMb(child.pid ?? 0));
    child.disconnect();
    await once(child, 'exit');
  }
  await rm(home, { recursive: true, force: true });
  row('sidecar ready', `${median(ready).toFixed(0)} ms`, 'aim < 300 ms, without models');
  row('sidecar, idle memory', `${median(memory).toFixed(0)} MB`, 'aim < 90 MB, resident; without models');
}

function residentMb(pid: number): number {
  if (process.platform !== 'linux') return Number.NaN;
  const found = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(found?.[1] ?? Number.NaN) / 1024;
}

function benchSizes(): void {
  const limits: Readonly<Record<string, string>> = {
    'extension.js': 'aim ≤ 500 kB; loaded to activate',
    'client.js': 'aim ≤ 500 kB; the language client, loaded after that',
    'sidecar.js': '',
    'models.js': 'loaded with the first model request',
  };
  for (const name of readdirSync(dist).filter((name) => name.endsWith('.vsix'))) size(name, 'aim < 4 MB');
  for (const [name, aim] of Object.entries(limits)) size(name, aim);
  for (const name of readdirSync(path.join(dist, 'pages'))) size(path.join('pages', name), 'aim ≤ 250 kB');
}

function size(name: string, aim: string): void {
  row(name, `${(statSync(path.join(dist, name)).size / 1000).toFixed(0)} kB`, aim);
}
