import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Action } from '#protocol/action';
import { evaluate, evaluateUnknown } from '../../server/src/policy/evaluate.ts';
import type { Facts } from '../../server/src/policy/facts.ts';
import { noPolicies } from '../../server/src/policy/policies/policies.ts';
import type { Policy, ScopeLists } from '../../server/src/policy/policy.ts';
import { actionKinds, sampleActions } from './actions.ts';

// Invariant 2: policy is total. Whatever it is asked about, it answers, and what it does not know it denies.

const nothing: ScopeLists = { allowed: [], denied: [] };
const policy: Policy = {
  hash: 'test',
  scope: { paths: nothing, extensions: [], commands: nothing, branches: nothing, services: nothing, hosts: [] },
  agentScopes: {},
  residency: { hosts: [], providers: [], regions: [], isAirGapped: false },
  policies: noPolicies,
  isConfined: false,
};
const agent = { kind: 'agent', name: 'implementer', swarm: 'build' } as const;
const noFacts: Facts = { paths: new Map(), secretRules: [], hasRedactionMarker: false };

/** What came past the schema after all: that is what a guard has to stand. */
function evaluateAnything(value: unknown) {
  // The cast is the point of the test: a value that is no action, where one is promised.
  return evaluate(policy, agent, value as Action, noFacts);
}

const unknownKind = fc.string().filter((kind) => !actionKinds.some((known) => known === kind));

describe('policy', () => {
  it('denies whatever is no action, with a reason', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        fc.pre(!isKnown(value));
        const { kind, reason } = evaluateAnything(value);
        expect({ kind, hasReason: reason !== '' }).toEqual({ kind: 'DENY', hasReason: true });
      }),
      { numRuns: 300 },
    );
  });

  it('denies an action of an unknown kind, whatever else it carries', () => {
    fc.assert(
      fc.property(unknownKind, fc.dictionary(fc.string(), fc.jsonValue()), (kind, members) => {
        expect(evaluateAnything({ ...members, kind }).kind).toBe('DENY');
      }),
      { numRuns: 300 },
    );
  });

  it.each(['constructor', '__proto__', 'toString', 'hasOwnProperty', '', 'FILE_READ', 'file_read ', 'command\0'])(
    'denies the kind %j',
    (kind) => {
      expect(evaluateAnything({ ...sampleActions.command, ...sampleActions.file_read, kind }).kind).toBe('DENY');
    },
  );

  it('answers and never throws when a known kind carries anything at all', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...actionKinds),
        fc.array(fc.jsonValue(), { minLength: 1, maxLength: 4 }),
        (kind, values) => {
          const members = Object.keys(sampleActions[kind]).filter((name) => name !== 'kind');
          const action = { kind, ...Object.fromEntries(members.map((name, at) => [name, values[at % values.length]])) };
          expect(['ALLOW', 'DENY', 'REQUIRE_APPROVAL']).toContain(evaluateAnything(action).kind);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('denies a path that nothing was found out about, for every kind that names one', () => {
    for (const kind of ['file_read', 'file_list', 'file_search', 'file_write', 'file_edit', 'file_delete'] as const) {
      expect(evaluateAnything(sampleActions[kind]).kind).toBe('DENY');
    }
  });

  it('denies what is nested too deep to be read, and does not fail', () => {
    const deep: unknown = JSON.parse(
      `{"kind":"mcp_call","server":"s","tool":"t","arguments":{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}}`,
    );
    expect(evaluateAnything(deep).kind).toBe('DENY');
  });

  it('denies what could not be parsed, whatever it was', () => {
    fc.assert(
      fc.property(
        fc.anything({ withBigInt: true, withMap: true, withNullPrototype: true }),
        fc.string(),
        (value, problem) => {
          expect(evaluateUnknown(policy, value, problem).kind).toBe('DENY');
        },
      ),
      { numRuns: 300 },
    );
  });
});

function isKnown(value: unknown): boolean {
  return (
    typeof value === 'object' && value !== null && 'kind' in value && actionKinds.some((kind) => kind === value.kind)
  );
}
