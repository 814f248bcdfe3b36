import type { FailureCode } from '#protocol/failure';
import { Failure } from '../base/failure.ts';
import type { CliContext } from './command.ts';

/** How a command that threw has ended. */
export type Ending =
  | { readonly kind: 'cancelled'; readonly message: string }
  | { readonly kind: 'failed'; readonly code: FailureCode; readonly message: string };

/**
 * What an error means to the person at the terminal. A failure speaks for itself; what follows from a cancel is no error;
 * anything else is a bug, told in one line, with its stack only where LOKI_DEBUG is set.
 */
export function endingOf(error: unknown, { env, signal }: Pick<CliContext, 'env' | 'signal'>): Ending {
  const isBug = !(error instanceof Failure) && !(error instanceof Error && error.name === 'AbortError');
  if (signal.aborted && !isBug) return { kind: 'cancelled', message: 'cancelled' };
  if (error instanceof Failure) return { kind: 'failed', code: error.code, message: error.message };
  const detail =
    error instanceof Error ? (env['LOKI_DEBUG'] ? (error.stack ?? error.message) : error.message) : String(error);
  return { kind: 'failed', code: 'internal', message: `this is a bug in Loki, nothing more was done: ${detail}` };
}
