import {
  CancellationTokenSource,
  ErrorCodes,
  LSPErrorCodes,
  ResponseError,
  type CancellationToken,
  type Connection,
} from 'vscode-languageserver/node';
import * as z from 'zod/mini';
import type { NotificationMessage, RequestMessage } from '#protocol/message';
import { Failure } from '../base/failure.ts';
import type { Log } from './log.ts';
import { sendQuietly } from './sendQuietly.ts';

// Binds the messages of the contract to a connection. What arrives is parsed by its schema before anything looks at it,
// and what goes wrong leaves as a sentence: never a stack, never a value that somebody sent.

/** What a handler answers, or promises to. */
type Handler<P extends z.ZodMiniType, R extends z.ZodMiniType> = (
  params: z.output<P>,
  signal: AbortSignal,
) => Promise<z.input<R>>;

export interface Rpc {
  /** Answers a request of the client. A `Failure` becomes an error with its message and code, anything else a bug's. */
  answer<P extends z.ZodMiniType, R extends z.ZodMiniType>(message: RequestMessage<P, R>, handler: Handler<P, R>): void;
  tell<P extends z.ZodMiniType>(message: NotificationMessage<P>, params: z.input<P>): void;
  /** Asks the client; null when it cannot answer, answers what does not fit, or the signal aborts. */
  ask<P extends z.ZodMiniType, R extends z.ZodMiniType>(
    message: RequestMessage<P, R>,
    params: z.input<P>,
    signal: AbortSignal,
  ): Promise<z.output<R> | null>;
}

export function createRpc(connection: Connection, log: Log): Rpc {
  return {
    answer: ({ method, params: schema }, handler) => {
      connection.onRequest(method, async (raw: unknown, token: CancellationToken) => {
        const parsed = z.safeParse(schema, raw);
        if (!parsed.success) {
          const message = `${method} was refused: ${problemsOf(parsed.error)}`;
          log.warn(message);
          return new ResponseError(ErrorCodes.InvalidParams, message);
        }
        try {
          return await handler(parsed.data, signalOf(token));
        } catch (error) {
          return errorFor(method, error, log);
        }
      });
    },
    tell: ({ method }, params) => {
      sendQuietly(async () => await connection.sendNotification(method, params));
    },
    ask: async ({ method, result: schema }, params, signal) => {
      if (signal.aborted) return null;
      const source = new CancellationTokenSource();
      const withdraw = (): void => source.cancel();
      signal.addEventListener('abort', withdraw, { once: true });
      try {
        // The wait ends with the signal even where the client never answers.
        const gone = new Promise<null>((resolve) => signal.addEventListener('abort', () => resolve(null)));
        const raw: unknown = await Promise.race([connection.sendRequest(method, params, source.token), gone]);
        if (signal.aborted) return null;
        const parsed = z.safeParse(schema, raw);
        if (parsed.success) return parsed.data;
        log.warn(`The answer to ${method} was dropped: ${problemsOf(parsed.error)}`);
        return null;
      } catch (error) {
        if (!signal.aborted) log.error(`${method} was not answered`, error);
        return null;
      } finally {
        signal.removeEventListener('abort', withdraw);
        source.dispose();
      }
    },
  };
}

function errorFor(method: string, error: unknown, log: Log): ResponseError<unknown> {
  if (error instanceof Failure) {
    const { code, message } = error;
    return new ResponseError(LSPErrorCodes.RequestFailed, message, { code, message });
  }
  log.error(`${method} failed, which is a bug in Loki`, error);
  const message = `Loki could not answer ${method} because of a bug of its own; its log says more`;
  return new ResponseError(ErrorCodes.InternalError, message, { code: 'internal', message });
}

/** Which members do not fit. Values are never repeated: one of them may be a key. */
function problemsOf(error: z.core.$ZodError): string {
  const shown = error.issues.slice(0, 5).map((issue) => {
    const where = issue.path.length === 0 ? 'the parameters' : issue.path.map(String).join('.');
    return issue.code === 'unrecognized_keys' ? `${where} have members that are not known` : `${where} does not fit`;
  });
  return shown.join('; ');
}

function signalOf(token: CancellationToken): AbortSignal {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  token.onCancellationRequested(() => controller.abort());
  return controller.signal;
}
