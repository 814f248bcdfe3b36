import * as z from 'zod/mini';
import { failure, type FailureCode } from '#protocol/failure';

/** A failure as the sidecar told it: its code, and words for people. */
export class SidecarFailure extends Error {
  readonly code: FailureCode;

  constructor(code: FailureCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SidecarFailure';
    this.code = code;
  }
}

/** Nobody answers: the sidecar has been given up, or was stopped. */
export class SidecarNotRunning extends SidecarFailure {
  constructor(reason: string) {
    super('internal', `the sidecar is not running (${reason})`);
  }
}

const withData = z.object({ message: z.optional(z.string()), data: failure });
const withMessage = z.object({ message: z.string() });

/** Any error as a failure: the sidecar's own when it carries one. */
export function failureOf(error: unknown): SidecarFailure {
  if (error instanceof SidecarFailure) return error;
  const told = z.safeParse(withData, error);
  if (told.success) return new SidecarFailure(told.data.data.code, told.data.data.message, { cause: error });
  const plain = z.safeParse(withMessage, error);
  return new SidecarFailure('internal', plain.success ? plain.data.message : String(error), { cause: error });
}
