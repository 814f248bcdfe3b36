import { Failure, systemErrorCode } from './failure.ts';

/** A file that could not be written, as a failure of the world. What is no system error is a bug and stays what it is. */
export function diskFailure(file: string, error: unknown): unknown {
  const code = systemErrorCode(error);
  if (code === null || error instanceof Failure) return error;
  const isFull = code === 'ENOSPC' || code === 'EDQUOT';
  const remedy = isFull ? 'free some space on its disk' : 'check that its folder is there and writable for you';
  return new Failure('disk_unwritable', `${file} cannot be written (${code}): ${remedy}`, { cause: error });
}
