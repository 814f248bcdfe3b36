import * as z from 'zod/mini';
import { startOptions } from '#protocol/start';
import { Failure } from '../base/failure.ts';

/** Whether the user trusts what is open, as the client said when it started the sidecar. */
export interface Trust {
  /** What does not say so in the words of the contract is no trust. */
  take(initializationOptions: unknown): void;
  /** Throws where nothing may run or be changed. */
  demand(): void;
}

export function createTrust(): Trust {
  let isTrusted = false;
  return {
    take: (options) => {
      isTrusted = z.safeParse(startOptions, options).data?.isTrusted === true;
    },
    demand: () => {
      if (isTrusted) return;
      throw new Failure(
        'confirmation_needed',
        'this folder is not trusted, so nothing runs here; to trust it: Workspaces: Manage Workspace Trust',
      );
    },
  };
}
