import type { Action } from '#protocol/action';
import { digestOf } from '../../server/src/base/digest.ts';
import { newRunId } from '../../server/src/base/id.ts';
import { authorize } from '../../server/src/policy/authorize.ts';
import type { Permit } from '../../server/src/policy/permit.ts';

export interface Forgery {
  readonly title: string;
  /** Makes something that looks like this real permit. */
  readonly forge: (real: Permit) => unknown;
}

/** A real permit, made as the gateway makes it. */
export function permitFor<A extends Action>(action: A): Permit<A> {
  const decision = {
    kind: 'ALLOW',
    reason: 'a test',
    answers: [],
    actionDigest: digestOf(action),
    policyHash: 'test',
  } as const;
  return authorize(action, decision, newRunId());
}

export const forgeries: readonly Forgery[] = [
  {
    title: 'a literal with the same members',
    forge: ({ action, actionDigest, policyHash, runId }) => ({ action, actionDigest, policyHash, runId }),
  },
  { title: 'the action alone', forge: ({ action }) => action },
  { title: 'a spread copy', forge: (real) => Object.assign({}, real) },
  { title: 'a copy through JSON', forge: (real): unknown => JSON.parse(JSON.stringify(real)) },
  { title: 'a structured clone', forge: (real): unknown => structuredClone(real) },
  {
    title: 'a copy that was given the prototype',
    forge: (real): unknown => Object.setPrototypeOf(Object.assign({}, real), prototypeOf(real)),
  },
  {
    title: 'an object with the same prototype and members',
    forge: (real): unknown => Object.create(prototypeOf(real), Object.getOwnPropertyDescriptors(real)),
  },
  { title: 'an object that inherits from the permit', forge: (real): unknown => Object.create(real) },
  {
    title: 'an heir with another action',
    forge: (real): unknown => Object.create(real, { action: { value: { ...real.action }, enumerable: true } }),
  },
  { title: 'a proxy around the permit', forge: (real): unknown => new Proxy(real, {}) },
  {
    title: 'an object with members named like the private ones',
    forge: (real) => Object.assign({}, real, { '#token': Symbol('permit'), token: Symbol('permit') }),
  },
  { title: 'a frozen literal', forge: (real) => Object.freeze(Object.assign({}, real)) },
];

function prototypeOf(value: object): object | null {
  const prototype: unknown = Object.getPrototypeOf(value);
  return typeof prototype === 'object' ? prototype : null;
}
