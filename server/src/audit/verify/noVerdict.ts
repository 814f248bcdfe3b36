import { Failure } from '../../base/failure.ts';

/** What a script is told where nothing could be judged: there is no log, or something of it cannot be read. */
export function noVerdict(error: string) {
  return { valid: false, entries: 0, brokenAt: null, error } as const;
}

/** What was verified, or the failure that left nothing to judge. */
export async function orFailure<T>(verifying: Promise<T>): Promise<T | Failure> {
  try {
    return await verifying;
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}
