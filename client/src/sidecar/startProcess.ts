import type { LogOutputChannel } from 'vscode';
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  RevealOutputChannelOn,
  TransportKind,
} from 'vscode-languageclient/node';
import type { StartOptions } from '#protocol/start';
import type { Wire } from './rpc.ts';
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

/** Starts the sidecar on the editor's own Node. A new client for each process: nothing of a dead one is used again. */
export function startProcess({ module, log, startOptions }: ProcessOptions): SidecarProcess {
  let tell: ((reason: string) => void) | null = null;
  let exit = '';
  let isStopping = false;
  const lost = (reason: string): void => {
    if (isStopping) return;
    const listener = tell;
    tell = null;
    listener?.(reason);
  };
  const run = { module, transport: TransportKind.ipc };
  const client = new LanguageClient(
    'loki',
    'Loki',
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
          // The exit code arrives shortly after the connection is closed.
          await new Promise((resolve) => setTimeout(resolve, 50));
          setTimeout(() => lost(exit === '' ? 'its connection was closed' : exit), 0);
          return { action: CloseAction.DoNotRestart, handled: true };
        },
      },
    },
  );
  const watchExit = (): void => {
    client.serverProcess?.once('exit', (code, signal) => {
      exit = signal === null ? `it ended with code ${code ?? '?'}` : `it was ended by ${signal}`;
    });
  };
  const starting = client.start();
  const ready = starting.then(
    () => {
      watchExit();
      return true;
    },
    (error: unknown) => {
      log.error(error instanceof Error ? error : String(error));
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
      await starting.catch(() => undefined);
      if (client.needsStop()) await client.stop(stopTimeoutMs);
      await client.dispose().catch(() => undefined);
    },
  };
}
