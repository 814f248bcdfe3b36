import { setTimeout as sleep } from 'node:timers/promises';
import type { LogOutputChannel } from 'vscode';
import { CloseAction, ErrorAction, RevealOutputChannelOn, State, TransportKind } from 'vscode-languageclient/node';
import type { StartOptions } from '#protocol/start';
import type { Wire } from './rpc.ts';
import { SidecarClient } from './sidecarClient.ts';
import { traceNames } from './traceNames.ts';

/** One process of the sidecar, from its start to its end. */
export interface SidecarProcess {
  readonly wire: Wire;
  /** True when it answers; false when it never will. */
  readonly ready: Promise<boolean>;
  /** Told once when it ends without having been asked to, or cannot start. */
  onLost(listener: (reason: string) => void): void;
  pid(): number | null;
  /** Lets it end what it runs, and itself. */
  stop(): Promise<void>;
}

export interface ProcessOptions {
  readonly module: string;
  readonly log: LogOutputChannel;
  readonly startOptions: StartOptions;
}

/** How long the sidecar may take to end the processes of its runs; the editor itself grants five seconds. */
const stopTimeoutMs = 4000;

/** The exit of a process is told shortly after its connection is closed. */
const exitToldMs = 50;

/** Starts the sidecar on the editor's own Node. A new client for each process: nothing of a dead one is used again. */
export function startProcess({ module, log, startOptions }: ProcessOptions): SidecarProcess {
  let tell: ((reason: string) => void) | null = null;
  let isStopping = false;
  const lost = (otherwise: string): void => {
    setTimeout(() => {
      if (isStopping) return;
      const listener = tell;
      tell = null;
      listener?.(client.ending ?? otherwise);
    }, exitToldMs);
  };
  const run = { module, transport: TransportKind.ipc };
  const client = new SidecarClient(
    { run, debug: run },
    {
      // Findings are shown on any file of a folder, and the sidecar compares a finding with what the file says now.
      documentSelector: [{ scheme: 'file' }],
      outputChannel: log,
      traceOutputChannel: traceNames(log),
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      initializationOptions: startOptions,
      initializationFailedHandler: () => false,
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        // The library would start it again at once, for ever. We wait longer each time, and tell.
        closed: async () => {
          lost('its connection was closed');
          // An answer at once would make the library forget the start that is failing, and lose its failure.
          await sleep(exitToldMs);
          return { action: CloseAction.DoNotRestart, handled: true };
        },
      },
    },
  );
  const starting = client.start();
  const ready = starting.then(
    () => client.state === State.Running,
    (error: unknown) => {
      lost(`it could not start: ${error instanceof Error ? error.message : String(error)}`);
      return false;
    },
  );
  return {
    wire: {
      // An undefined token would travel as a second parameter.
      sendRequest: async (method, params, token) =>
        await (token === undefined
          ? client.sendRequest<unknown>(method, params)
          : client.sendRequest<unknown>(method, params, token)),
      onNotification: (method, handler) => client.onNotification(method, handler),
      onRequest: (method, handler) => client.onRequest(method, handler),
    },
    ready,
    onLost: (listener) => {
      tell = listener;
    },
    pid: () => client.serverProcess?.pid ?? null,
    stop: async () => {
      isStopping = true;
      const child = client.serverProcess;
      await Promise.race([ready, sleep(stopTimeoutMs)]);
      // One that never came to answer cannot be asked to stop.
      if (client.state === State.Starting) child?.kill();
      else await client.stop(stopTimeoutMs);
      await client.dispose().catch(() => undefined);
    },
  };
}
