import * as z from 'zod/mini';
import type { CancellationToken, Disposable } from 'vscode';
import type { NotificationMessage, RequestMessage } from '#protocol/message';
import { failureOf, SidecarFailure } from './sidecarFailure.ts';

type Schema = z.ZodMiniType;

// Binds the message values of the contract to a connection: what goes out has the type of the message, what comes in is
// parsed by its schema before anything looks at it. It decides nothing and knows of the editor only types, and nothing of the process.

/** A connection to the sidecar, whatever carries it. */
export interface Wire {
  sendRequest(method: string, params: unknown, token?: CancellationToken): Promise<unknown>;
  onNotification(method: string, handler: (params: unknown) => void): Disposable;
  onRequest(method: string, handler: (params: unknown, token: CancellationToken) => Promise<unknown>): Disposable;
}

/** Sends a request; its answer fits the schema, or a `SidecarFailure` is thrown. */
export async function sendRequest<P extends Schema, R extends Schema>(
  wire: Wire,
  message: RequestMessage<P, R>,
  params: z.input<P>,
  token?: CancellationToken,
): Promise<z.output<R>> {
  let answer: unknown;
  try {
    answer = await wire.sendRequest(message.method, params, token);
  } catch (error) {
    throw failureOf(error);
  }
  const parsed = z.safeParse(message.result, answer);
  if (parsed.success) return parsed.data;
  throw new SidecarFailure(
    'internal',
    `the sidecar's answer to ${message.method} does not fit: ${problemOf(parsed.error)}`,
  );
}

/** Hears a notification; one that does not fit its schema is dropped and reported. */
export function hear<P extends Schema>(
  wire: Wire,
  message: NotificationMessage<P>,
  handler: (params: z.output<P>) => void,
  report: (problem: string) => void,
): Disposable {
  return wire.onNotification(message.method, (params) => {
    const parsed = z.safeParse(message.params, params);
    if (parsed.success) handler(parsed.data);
    else report(`Dropped a ${message.method} that does not fit: ${problemOf(parsed.error)}`);
  });
}

/** Answers a request of the sidecar; one that does not fit its schema is an error to the sidecar. */
export function answer<P extends Schema, R extends Schema>(
  wire: Wire,
  message: RequestMessage<P, R>,
  handler: (params: z.output<P>, token: CancellationToken) => Promise<z.input<R>>,
): Disposable {
  return wire.onRequest(message.method, async (params, token) => {
    const parsed = z.safeParse(message.params, params);
    if (!parsed.success) throw new Error(`${message.method} does not fit: ${problemOf(parsed.error)}`);
    return await handler(parsed.data, token);
  });
}

/** Where and how a value does not fit; never the value itself, which may be anything. */
export function problemOf(error: z.core.$ZodError): string {
  return error.issues
    .slice(0, 3)
    .map(({ path, code }) => `${path.length === 0 ? 'it' : path.join('.')} (${code})`)
    .join(', ');
}
