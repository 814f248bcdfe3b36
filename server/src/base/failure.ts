import type { FailureCode } from '#protocol/failure';

/**
 * A failure of the world that Loki can name. The message is for the person who must act: what happened, to which
 * thing, what to do; no full stop at the end, no secrets. Only edges, the gateway and the composition roots catch it.
 */
export class Failure extends Error {
  readonly code: FailureCode;

  constructor(code: FailureCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = 'Failure';
    this.code = code;
  }
}

/** The code of a Node system error (`ENOENT`, `EACCES`, …), or null when it is none. */
export function systemErrorCode(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}
