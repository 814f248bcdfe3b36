import {
  isMainThread,
  MessageChannel,
  type MessagePort,
  receiveMessageOnPort,
  Worker,
  workerData,
} from 'node:worker_threads';
import { Failure } from '../base/failure.ts';
import type { Config } from './config.ts';
import { loadConfig, type ConfigPlaces } from './loadConfig.ts';

// The configuration for callers that cannot wait for a promise (`require('loki/audit')`: one would be truthy, and so
// "allowed"). A thread reads it with `loadConfig` itself while the caller's thread sleeps, so both read the very same.

export type LoadedSync =
  | { readonly kind: 'loaded'; readonly config: Config }
  /** It is broken, or could not be read in time: the caller must take that for the strictest answer. */
  | { readonly kind: 'failed'; readonly message: string };

interface Order {
  readonly task: typeof task;
  readonly places: ConfigPlaces;
  readonly done: SharedArrayBuffer;
  readonly port: MessagePort;
}

const task = 'loki/loadConfigSync';
const withinMs = 10_000;

export function loadConfigSync(places: ConfigPlaces): LoadedSync {
  const done = new SharedArrayBuffer(4);
  const { port1, port2 } = new MessageChannel();
  const order: Order = { task, places: { ...places, env: { ...places.env } }, done, port: port2 };
  const thread = new Worker(import.meta.filename, { workerData: order, transferList: [port2], execArgv: [], env: {} });
  try {
    Atomics.wait(new Int32Array(done), 0, 0, withinMs);
    // What comes back was made by this very module a moment ago.
    const answer = receiveMessageOnPort(port1)?.message as LoadedSync | undefined;
    return answer ?? { kind: 'failed', message: 'the configuration could not be read in time' };
  } finally {
    port1.close();
    void thread.terminate();
  }
}

async function answerOrder({ places, done, port }: Order): Promise<void> {
  port.postMessage(await loaded(places));
  Atomics.store(new Int32Array(done), 0, 1);
  Atomics.notify(new Int32Array(done), 0);
}

async function loaded(places: ConfigPlaces): Promise<LoadedSync> {
  try {
    return { kind: 'loaded', config: await loadConfig(places) };
  } catch (error) {
    return {
      kind: 'failed',
      message: error instanceof Failure ? error.message : 'the configuration could not be read',
    };
  }
}

function isOrder(value: unknown): value is Order {
  return typeof value === 'object' && value !== null && 'task' in value && value.task === task;
}

// The thread runs this same file; in a bundle, the bundle.
if (!isMainThread && isOrder(workerData)) void answerOrder(workerData);
