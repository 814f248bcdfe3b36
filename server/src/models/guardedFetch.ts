import { directFetch, type Way } from '../base/directFetch.ts';
import { systemErrorCode } from '../base/failure.ts';

// One HTTP exchange with a provider, watched: it dies when no byte comes for too long, it follows no redirect, it takes
// no answer but an event stream and no more bytes than an answer can have. What went wrong is kept apart from what the
// SDK makes of it, so that the message for people rests on facts.

export type Trouble =
  | { readonly kind: 'not_reached'; readonly code: string }
  | { readonly kind: 'broken' }
  | { readonly kind: 'stalled'; readonly afterMs: number }
  | { readonly kind: 'redirected' }
  | { readonly kind: 'not_a_stream'; readonly contentType: string }
  | { readonly kind: 'too_long' }
  /** The SDK wanted to ask once more by itself, for which nothing was reserved and nobody has given a permit. */
  | { readonly kind: 'asked_again' };

export interface GuardedFetch {
  readonly fetch: typeof globalThis.fetch;
  /** The first thing that went wrong below the SDK, or null. */
  trouble(): Trouble | null;
  /** Whether the head of an answer came. */
  isAnswered(): boolean;
  /** Whether that head said that the request was taken: whatever goes wrong after it, work may have been done. */
  isTaken(): boolean;
  /** Whether anything was handed to the network at all. */
  isSent(): boolean;
}

export interface FetchLimits {
  readonly stallTimeoutMs: number;
  readonly maxAnswerBytes: number;
  readonly maxAnswerLines: number;
  /** From the request to the last byte: a server that sends a sign of life for ever would keep a run for ever. */
  readonly maxAnswerMs: number;
}

/** A `fetch` for a single exchange, on the way that was decided. */
export function guardedFetch(limits: FetchLimits, way: Way): GuardedFetch {
  const send = directFetch(way);
  const state: { trouble: Trouble | null; answered: boolean; taken: boolean; sent: boolean } = {
    trouble: null,
    answered: false,
    taken: false,
    sent: false,
  };
  const note = (trouble: Trouble): Error => {
    state.trouble ??= trouble;
    return new Error(`the exchange failed: ${trouble.kind}`);
  };

  async function watched(input: string | URL | Request, init?: RequestInit): Promise<Response> {
    const stop = new AbortController();
    const watch = stallWatch(limits.stallTimeoutMs, () => {
      stop.abort(note({ kind: 'stalled', afterMs: limits.stallTimeoutMs }));
    });
    const tooLong = setTimeout(() => stop.abort(note({ kind: 'too_long' })), limits.maxAnswerMs);
    tooLong.unref();
    stop.signal.addEventListener('abort', () => clearTimeout(tooLong), { once: true });
    const signals = init?.signal ? [init.signal, stop.signal] : [stop.signal];
    if (state.sent) {
      watch.end();
      stop.abort(note({ kind: 'asked_again' }));
      throw new Error('an exchange is one request');
    }
    state.sent = true;
    try {
      const response = await send(input, { ...init, redirect: 'manual', signal: AbortSignal.any(signals) });
      state.answered = true;
      state.taken = response.ok;
      watch.sawBytes();
      const refusal = refuse(response);
      if (refusal !== null) {
        stop.abort(note(refusal));
        throw new Error(`the exchange failed: ${refusal.kind}`);
      }
      return guardBody(response, limits, watch, note, stop);
    } catch (error) {
      watch.end();
      if (init?.signal?.aborted !== true) note(networkTrouble(error));
      throw error;
    }
  }

  return {
    fetch: watched,
    trouble: () => state.trouble,
    isAnswered: () => state.answered,
    isTaken: () => state.taken,
    isSent: () => state.sent,
  };
}

function refuse(response: Response): Trouble | null {
  // The key would follow a redirect to another host: fetch strips only the headers that it knows to be secret.
  if (response.status >= 300 && response.status < 400) return { kind: 'redirected' };
  if (!response.ok) return null;
  // Never asked for. Read as it is it would look like an answer that breaks off, and be paid for again and again.
  const encoding = response.headers.get('content-encoding')?.trim().toLowerCase() ?? 'identity';
  if (encoding !== 'identity') return { kind: 'not_a_stream', contentType: `${encoding.slice(0, 20)}-compressed-data` };
  const contentType = response.headers.get('content-type');
  if (contentType === null || contentType.toLowerCase().includes('event-stream')) return null;
  return { kind: 'not_a_stream', contentType: contentType.split(';')[0]?.trim().slice(0, 60) ?? '' };
}

function guardBody(
  response: Response,
  limits: FetchLimits,
  watch: StallWatch,
  note: (trouble: Trouble) => Error,
  stop: AbortController,
): Response {
  if (response.body === null) {
    watch.end();
    return response;
  }
  const reader = response.body.getReader();
  let bytes = 0;
  let lines = 0;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (done) {
          watch.end();
          controller.close();
          return;
        }
        watch.sawBytes();
        bytes += value.byteLength;
        lines += linesIn(value);
        if (bytes > limits.maxAnswerBytes || lines > limits.maxAnswerLines) {
          const error = note({ kind: 'too_long' });
          stop.abort(error);
          throw error;
        }
        controller.enqueue(value);
      } catch (error) {
        watch.end();
        note({ kind: 'broken' });
        controller.error(error);
      }
    },
    async cancel(reason) {
      watch.end();
      await reader.cancel(reason);
    },
  });
  return new Response(body, { status: response.status, statusText: response.statusText, headers: response.headers });
}

function linesIn(bytes: Uint8Array): number {
  let lines = 0;
  for (const byte of bytes) if (byte === 10 || byte === 13) lines += 1;
  return lines;
}

interface StallWatch {
  sawBytes(): void;
  end(): void;
}

function stallWatch(timeoutMs: number, onStall: () => void): StallWatch {
  const timer = setTimeout(onStall, timeoutMs);
  // A request alone must not keep a finished process alive.
  timer.unref();
  return {
    sawBytes: () => {
      timer.refresh();
    },
    end: () => {
      clearTimeout(timer);
    },
  };
}

/** Codes of connections that never came about: no provider can have seen the request. */
const notConnected = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'LOKI_NOT_NEAR',
  'LOKI_PROXY_REFUSED',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

function networkTrouble(error: unknown): Trouble {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  // Several addresses of one name were tried: each has an error of its own.
  const first: unknown = cause instanceof AggregateError ? (cause.errors[0] ?? cause) : cause;
  const code = systemErrorCode(first);
  const during = first instanceof Error && 'syscall' in first ? first.syscall : null;
  // A connection that stood can lose its way (a tunnel goes down) by the same codes: then the provider may be at work.
  if (during === 'read' || during === 'write') return { kind: 'broken' };
  if (code !== null && notConnected.has(code)) return { kind: 'not_reached', code };
  // Nobody took the connection in time; one that was taken ends in other ways.
  return code === 'ETIMEDOUT' && during === 'connect' ? { kind: 'not_reached', code } : { kind: 'broken' };
}
