import path from 'node:path';
import { MessageChannel, receiveMessageOnPort, Worker, type MessagePort } from 'node:worker_threads';

// What `require('loki/policy')` gives to other programs: the policies of one project, asked synchronously
// (docs/policies.md). The engine works in a thread of its own (policyWorker.ts), so that it is the very same one.

export interface PolicyAnswer {
  readonly allowed: boolean;
  readonly decision: 'ALLOW' | 'DENY' | 'REQUIRE_APPROVAL';
  readonly reason: string;
  readonly requiresApproval: boolean;
  readonly violations: readonly unknown[];
}

interface Engine {
  readonly port: MessagePort;
  readonly signal: Int32Array;
  readonly worker: Worker;
}

/** How long an answer may take before it counts as a no. */
const patienceMs = 60_000;

let project: { readonly folder: string; isRead: boolean } | null = null;
let engine: Engine | null = null;

/** Says whose policies are meant from here on; they are read with the next question. Writes nothing. */
export function init(projectFolder: string): void {
  project = { folder: path.resolve(projectFolder), isRead: false };
}

/** What the policies say about a point. Never throws on what it is asked: what it does not understand it denies. */
export function evaluate(point: string, context: unknown = {}): PolicyAnswer {
  if (project === null) throw new Error('call policy.init(projectFolder) first: it says whose policies are meant');
  let written: string | undefined;
  try {
    written = JSON.stringify(context);
  } catch {
    written = undefined;
  }
  if (written === undefined) return denied('the context is no plain data');
  engine ??= start();
  const { port, signal } = engine;
  Atomics.store(signal, 0, 0);
  const isFirst = !project.isRead;
  port.postMessage({
    project: project.folder,
    env: { ...process.env },
    isFirst,
    point,
    context: written,
  });
  Atomics.wait(signal, 0, 0, patienceMs);
  const received = receiveMessageOnPort(port);
  if (received === undefined) {
    close();
    return denied('the policies could not be asked in time');
  }
  project.isRead = true;
  return received.message as PolicyAnswer;
}

/** Ends the engine's thread. The next question starts it again. */
export function close(): void {
  void engine?.worker.terminate();
  engine = null;
  if (project !== null) project.isRead = false;
}

function start(): Engine {
  const { port1, port2 } = new MessageChannel();
  const signal = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(path.join(import.meta.dirname, 'policyWorker.js'), {
    workerData: { port: port2, signal },
    transferList: [port2],
  });
  // Neither keeps a program alive that has nothing else to do.
  worker.unref();
  port1.unref();
  return { port: port1, signal, worker };
}

function denied(reason: string): PolicyAnswer {
  const violation = { rule: 'engine', decision: 'DENY', reason, source: { tier: 'default', file: null, line: null } };
  return { allowed: false, decision: 'DENY', reason, requiresApproval: false, violations: [violation] };
}
