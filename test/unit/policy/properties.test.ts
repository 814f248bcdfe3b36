import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Action } from '#protocol/action';
import type { DecisionKind } from '#protocol/policy';
import { evaluate } from '../../../server/src/policy/evaluate.ts';
import { factKey, pathUses } from '../../../server/src/policy/pathUse.ts';
import { mergeTiers, type TierPolicy } from '../../../server/src/policy/tiers.ts';
import { readScript } from '../../../server/src/policy/shell/script.ts';
import { entries, factsOf, implementer, policyOf } from './fixtures.ts';

const severity: Readonly<Record<DecisionKind, number>> = { ALLOW: 0, REQUIRE_APPROVAL: 1, DENY: 2 };
const segment = fc.constantFrom('src', 'docs', 'a.ts', 'secrets', '.git', '..', '.', 'x y', '[id]', 'package.json');
const somePath = fc.array(segment, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('/'));
const pattern = fc.constantFrom('src', 'docs/**', '**/*.ts', 'src/*', 'secrets', 'src/secrets/', '**');
const program = fc.constantFrom(
  'cat',
  'rm -rf',
  'git log',
  'npm test',
  'echo',
  'cp a.ts',
  'sed -n 1p',
  'node',
  'sudo cat',
  'timeout 5 cat',
  'bash -c',
);
const simple = fc.tuple(program, somePath).map((parts) => parts.join(' '));
const line = fc
  .tuple(simple, fc.constantFrom(' && ', ' ; ', ' | ', ' || ', '\n', ' > '), simple)
  .map((parts) => parts.join(''));
const someAction: fc.Arbitrary<Action> = fc.oneof(
  somePath.map((path): Action => ({ kind: 'file_read', path })),
  somePath.map((path): Action => ({ kind: 'file_write', path, content: 'x' })),
  somePath.map((path): Action => ({ kind: 'file_delete', path })),
  line.map((command): Action => ({ kind: 'command', command })),
  fc
    .constantFrom('main', 'loki/x', '+main', ':main')
    .map((branch): Action => ({ kind: 'git_push', remote: 'origin', branch })),
);
const commands = fc.array(
  fc.constantFrom('cat', 'rm', 'git log', 'npm test', 'echo', 'node', 'sudo', 'bash', 'cp', 'sed'),
  { maxLength: 6 },
);
const tier: fc.Arbitrary<TierPolicy> = fc
  .record({
    allowed: fc.option(fc.array(pattern, { maxLength: 3 }), { nil: undefined }),
    denied: fc.array(pattern, { maxLength: 2 }),
    listed: fc.option(commands, { nil: undefined }),
    refused: fc.array(fc.constantFrom('rm', 'git push', 'cat'), { maxLength: 2 }),
    branches: fc.option(fc.constant(['loki/*']), { nil: undefined }),
  })
  .map(({ allowed, denied, listed, refused, branches }) => ({
    scope: {
      allowedPaths: allowed && entries(...allowed),
      deniedPaths: entries(...denied),
      allowedCommands: listed && entries(...listed),
      deniedCommands: entries(...refused),
      allowedBranches: branches && entries(...branches),
    },
    agents: {},
    residency: { isAirGapped: false },
  }));

const kindOf = (tiers: readonly TierPolicy[], action: Action): DecisionKind =>
  evaluate(mergeTiers(tiers), implementer, action, factsOf(action)).kind;

describe('properties of decisions', () => {
  it('an action that names a path outside is never allowed', () => {
    fc.assert(
      fc.property(tier, someAction, (one, action) => {
        const facts = factsOf(action);
        const leavesWorkspace = pathUses(action).some((use) => facts.paths.get(factKey(use))?.kind === 'outside');
        return !leavesWorkspace || evaluate(mergeTiers([one]), implementer, action, facts).kind !== 'ALLOW';
      }),
      { numRuns: 1000 },
    );
  });

  it('one more denied entry never makes anything more allowed', () => {
    fc.assert(
      fc.property(tier, pattern, fc.constantFrom('cat', 'rm', 'git log'), someAction, (one, path, command, action) => {
        const { scope } = one;
        const stricter = {
          ...one,
          scope: {
            ...scope,
            deniedPaths: [...(scope.deniedPaths ?? []), ...entries(path)],
            deniedCommands: [...(scope.deniedCommands ?? []), ...entries(command)],
          },
        };
        return severity[kindOf([stricter], action)] >= severity[kindOf([one], action)];
      }),
      { numRuns: 1000 },
    );
  });

  it('a lower tier never loosens what a higher one answers, but for turning its question about what nobody set into an answer', () => {
    fc.assert(
      fc.property(tier, tier, someAction, (higher, lower, action) => {
        const alone = kindOf([higher], action);
        const both = kindOf([higher, lower], action);
        if (alone === 'DENY') return both === 'DENY';
        const isUnset = higher.scope.allowedCommands === undefined || higher.scope.allowedBranches === undefined;
        return isUnset || severity[both] >= severity[alone];
      }),
      { numRuns: 1000 },
    );
  });

  it('the order of entries and of tiers never matters', () => {
    fc.assert(
      fc.property(tier, tier, someAction, (one, other, action) => {
        const reversed = (given: TierPolicy): TierPolicy => ({
          ...given,
          scope: Object.fromEntries(Object.entries(given.scope).map(([key, list]) => [key, list?.toReversed()])),
        });
        const forward = evaluate(mergeTiers([one, other]), implementer, action, factsOf(action));
        const backward = evaluate(mergeTiers([reversed(other), reversed(one)]), implementer, action, factsOf(action));
        expect([backward.kind, backward.policyHash]).toEqual([forward.kind, forward.policyHash]);
      }),
      { numRuns: 500 },
    );
  });

  it('no text whatsoever makes the command reader or the decision throw', () => {
    const piece = fc.constantFrom(
      '$(',
      ')',
      '`',
      '"',
      "'",
      '${',
      '}',
      '<<EOF',
      '\n',
      '|',
      '&&',
      '((',
      '[[',
      'x',
      ' ',
      '\\',
      '$x',
      '>',
      '*',
      '{a,b}',
      'if',
      'for',
      'case',
      '!',
      ';;',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ maxLength: 80 }),
          fc.array(piece, { maxLength: 30 }).map((parts) => parts.join('')),
        ),
        (text) => {
          const script = readScript(text, ['']);
          expect(Array.isArray(script.commands)).toBe(true);
          if (text === '') return;
          const action: Action = { kind: 'command', command: text };
          const decision = evaluate(
            policyOf({ allowedCommands: entries('echo') }),
            implementer,
            action,
            factsOf(action),
          );
          expect(decision.answers.some((answer) => answer.rule === 'failed-rule')).toBe(false);
        },
      ),
      { numRuns: 2000 },
    );
  });
});
