import type * as z from 'zod/mini';

// A message is a value: its name, who sends it, and the schemas of what it carries. Both ends bind the same value, so
// neither can send what the other does not expect; each end parses what arrives before anything looks at it.

type Schema = z.ZodMiniType;

export interface RequestMessage<P extends Schema = Schema, R extends Schema = Schema> {
  readonly kind: 'request';
  readonly sender: 'client' | 'server';
  readonly method: string;
  readonly params: P;
  readonly result: R;
}

export interface NotificationMessage<P extends Schema = Schema> {
  readonly kind: 'notification';
  readonly sender: 'client' | 'server';
  readonly method: string;
  readonly params: P;
}

/** Asked by the client, answered by the server. */
export function clientRequest<P extends Schema, R extends Schema>(
  method: string,
  params: P,
  result: R,
): RequestMessage<P, R> {
  return { kind: 'request', sender: 'client', method, params, result };
}

/** Asked by the server, answered by the client. */
export function serverRequest<P extends Schema, R extends Schema>(
  method: string,
  params: P,
  result: R,
): RequestMessage<P, R> {
  return { kind: 'request', sender: 'server', method, params, result };
}

/** Told by the server. */
export function serverNotification<P extends Schema>(method: string, params: P): NotificationMessage<P> {
  return { kind: 'notification', sender: 'server', method, params };
}
