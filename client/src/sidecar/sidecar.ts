import type * as z from 'zod/mini';
import type { CancellationToken, Disposable, LogOutputChannel } from 'vscode';
import type { NotificationMessage, RequestMessage } from '#protocol/message';
import type { StartOptions } from '#protocol/start';
import { createSignal } from '../signal.ts';
import { createBackoff } from './backoff.ts';
import { answer, hear, sendRequest, type Wire } from './rpc.ts';
import { SidecarNotRunning } from './sidecarFailure.ts';
import type { ProcessOptions, SidecarProcess } from './startProcess.ts';

// The sidecar as the rest of the client sees it: it is started when first needed, started again when it dies, and asked by
// typed messages. It decides nothing; the sidecar does.

type Schema = z.ZodMiniType;

export type SidecarState =
  | { readonly kind: 'stopped' }
  | { readonly kind: 'starting' }
  | { readonly kind: 'ready' }
  | { readonly kind: 'waiting'; readonly delayMs: number; readonly attempt: number; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string };

export interface Sidecar {
  readonly state: SidecarState;
  onState(listener: (state: SidecarState) => void): Disposable;
  /** Asks, after starting the sidecar where need be. */
  ask<P extends Schema, R extends Schema>(
    message: RequestMessage<P, R>,
    params: z.input<P>,
    token?: CancellationToken,
  ): Promise<z.output<R>>;
  hear<P extends Schema>(message: NotificationMessage<P>, handler: (params: z.output<P>) => void): void;
  answer<P extends Schema, R extends Schema>(
    message: RequestMessage<P, R>,
    handler: (params: z.output<P>, token: CancellationToken) => Promise<z.input<R>>,
  ): void;
  /** Starts it where it does not run; a failure shows in the state. */
  start(): void;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export interface SidecarOptions {
  /** The bundle to run, an absolute path. */
  readonly module: string;
  readonly log: LogOutputChannel;
  readonly startOptions: () => StartOptions;
  /** Loads what starts a process; large, and not needed to activate. */
  readonly loadProcess: () => Promise<(options: ProcessOptions) => SidecarProcess>;
}

export function createSidecar({ module, log, startOptions, loadProcess }: SidecarOptions): Sidecar {
  const changed = createSignal<SidecarState>();
  const backoff = createBackoff();
  const bindings: ((wire: Wire) => void)[] = [];
  let state: SidecarState = { kind: 'stopped' };
  let current: SidecarProcess | null = null;
  // Tells a start that is still loading that it is not wanted any more.
  let generation = 0;
  let timer: NodeJS.Timeout | undefined;

  const become = (next: SidecarState): void => {
    state = next;
    changed.fire(next);
  };

  const lost = (of: SidecarProcess, reason: string): void => {
    if (current !== of) return;
    current = null;
    log.error(`The sidecar stopped: ${reason}`);
    const next = backoff.next(Date.now());
    if (next === null) {
      become({ kind: 'failed', reason });
      return;
    }
    log.info(`It starts again in ${next.delayMs / 1000} s (try ${next.attempt} of 5)`);
    timer = setTimeout(begin, next.delayMs);
    become({ kind: 'waiting', reason, ...next });
  };

  const launch = async (): Promise<void> => {
    clearTimeout(timer);
    generation += 1;
    const mine = generation;
    become({ kind: 'starting' });
    const beganAt = performance.now();
    const start = await loadProcess();
    if (mine !== generation) return;
    const started = start({ module, log, startOptions: startOptions() });
    current = started;
    for (const bind of bindings) bind(started.wire);
    started.onLost((reason) => lost(started, reason));
    if (!(await started.ready) || current !== started) return;
    const tookMs = Math.round(performance.now() - beganAt);
    log.info(`The sidecar is ready after ${tookMs} ms (process ${started.pid() ?? '?'})`);
    become({ kind: 'ready' });
  };

  const begin = (): void => {
    launch().catch((error: unknown) => {
      log.error(error instanceof Error ? error : String(error));
      become({ kind: 'failed', reason: error instanceof Error ? error.message : String(error) });
    });
  };

  const ready = async (): Promise<Wire> => {
    if (state.kind === 'stopped') begin();
    while (state.kind === 'starting' || state.kind === 'waiting') {
      await new Promise<void>((resolve) => {
        const listening = changed.on(() => {
          listening.dispose();
          resolve();
        });
      });
    }
    if (state.kind === 'ready' && current !== null) return current.wire;
    const reason = state.kind === 'failed' ? state.reason : 'it was stopped';
    throw new SidecarNotRunning(reason);
  };

  const stop = async (): Promise<void> => {
    clearTimeout(timer);
    generation += 1;
    const ending = current;
    current = null;
    become({ kind: 'stopped' });
    await ending?.stop();
  };

  return {
    get state() {
      return state;
    },
    onState: (listener) => changed.on(listener),
    ask: async (message, params, token) => await sendRequest(await ready(), message, params, token),
    hear: (message, handler) => {
      bindings.push((wire) => void hear(wire, message, handler, (problem) => log.warn(problem)));
    },
    answer: (message, handler) => {
      bindings.push((wire) => void answer(wire, message, handler));
    },
    start: () => {
      if (state.kind === 'stopped') begin();
    },
    restart: async () => {
      await stop();
      backoff.reset();
      // Somebody may have asked for something meanwhile, and so started it.
      if (state.kind === 'stopped') begin();
    },
    stop,
  };
}
