// A class of one's own that looks the same.
import type { Action } from '#protocol/action';
import type { RunId } from '../../../../server/src/base/id.ts';
import type { Permit } from '../../../../server/src/policy/permit.ts';

class Forged {
  readonly #token = Symbol('permit');
  readonly actionDigest = '';
  readonly policyHash = '';
  declare readonly action: Action;
  declare readonly runId: RunId;
  isForged(): boolean {
    return this.#token.description === 'permit';
  }
}

export const forged: Permit = new Forged();
