import type { Action, ActionKind, ActionOf } from '#protocol/action';
import { invariant } from '../base/invariant.ts';
import type { RunId } from '../base/id.ts';

// Proof that this very action was decided ALLOW. The class is not exported and its constructor demands a token that
// never leaves this module, so a permit can be neither written as a literal nor constructed elsewhere. Only
// `authorize.ts` may import `issuePermit` (test/architecture); the gateway spends each permit once.

const token: unique symbol = Symbol('permit');

class ActionPermit<A extends Action> {
  readonly #token: symbol;
  readonly action: A;
  readonly actionDigest: string;
  readonly policyHash: string;
  readonly runId: RunId;

  constructor(key: symbol, action: A, actionDigest: string, policyHash: string, runId: RunId) {
    invariant(key === token, 'a permit is issued by policy/authorize alone');
    this.#token = key;
    this.action = action;
    this.actionDigest = actionDigest;
    this.policyHash = policyHash;
    this.runId = runId;
    Object.freeze(this);
  }

  static isIssued(value: unknown): boolean {
    return typeof value === 'object' && value !== null && #token in value && value.#token === token;
  }
}

// Whoever holds a permit reaches its class through it; nothing there may be replaced.
Object.freeze(ActionPermit);
Object.freeze(ActionPermit.prototype);

export type Permit<A extends Action = Action> = ActionPermit<A>;

/** Whether a value is a permit for an action of this kind. Everything that has an effect asks this first. */
export function isPermit<K extends ActionKind>(value: unknown, kind: K): value is Permit<ActionOf<K>> {
  return ActionPermit.isIssued(value) && (value as Permit).action.kind === kind;
}

/** Makes a permit over a frozen copy of the action, so that nothing decided can change afterwards. */
export function issuePermit<A extends Action>(
  action: A,
  actionDigest: string,
  policyHash: string,
  runId: RunId,
): Permit<A> {
  return new ActionPermit(token, frozenCopy(action), actionDigest, policyHash, runId);
}

function frozenCopy<T>(value: T): T {
  return deepFreeze(structuredClone(value));
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const member of Object.values(value)) deepFreeze(member);
    Object.freeze(value);
  }
  return value;
}
