import { workerData, type MessagePort } from 'node:worker_threads';
import { Failure } from './base/failure.ts';
import { lokiHome } from './base/lokiHome.ts';
import { loadConfig } from './config/loadConfig.ts';
import { contentScan } from './gateway/contentScan.ts';
import type { RouteFinder } from './gateway/judge.ts';
import { evaluatePoint, refused, type PointAnswer } from './gateway/policyPoints.ts';
import { git } from './workspace/git.ts';
import { remoteRoutes } from './workspace/remoteRoutes.ts';

// The other thread of `require('loki/policy')`: the engine, which waits for the disk and the scanners, while the caller's
// thread waits for its answer. A root of its own, which constructs what it needs.

interface Question {
  readonly project: string;
  readonly env: NodeJS.ProcessEnv;
  /** Whether the configuration is read anew. */
  readonly isFirst: boolean;
  readonly point: string;
  /** JSON. */
  readonly context: string;
}

const { port, signal } = workerData as { readonly port: MessagePort; readonly signal: Int32Array };
type Engine = (point: string, context: unknown) => Promise<PointAnswer>;
let engine: Promise<Engine> | null = null;

port.on('message', (question: Question) => {
  void reply(question);
});

async function reply(question: Question): Promise<void> {
  let found: PointAnswer;
  try {
    found = await answer(question);
  } catch (error) {
    // Whoever asks waits: a bug must be told too, as a no.
    found = refused('engine', error instanceof Error ? error.message : String(error));
  }
  port.postMessage(found);
  Atomics.store(signal, 0, 1);
  Atomics.notify(signal, 0);
}

async function answer({ project, env, isFirst, point, context }: Question): Promise<PointAnswer> {
  if (isFirst || engine === null) engine = open(project, env);
  return await (
    await engine
  )(point, JSON.parse(context));
}

async function open(project: string, env: NodeJS.ProcessEnv): Promise<Engine> {
  try {
    const { policy } = await loadConfig({ workspace: project, env, lokiHome: lokiHome(env) });
    const deps = {
      policy,
      project,
      scan: contentScan,
      remoteRoutes: async (folder: string, ...asked: Parameters<RouteFinder>) =>
        await remoteRoutes(git(folder), ...asked),
    };
    return async (point, context) => await evaluatePoint(deps, point, context);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    // What governs and cannot be read denies everything until it is mended.
    return async () => refused('configuration', error.message);
  }
}
