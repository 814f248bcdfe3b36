import type { Action } from '#protocol/action';
import type { RuleAnswer } from '#protocol/policy';
import { actorName, type Actor } from '../actor.ts';
import type { Facts, RunFacts } from '../facts.ts';
import { factKey, pathUses, type PathUse } from '../pathUse.ts';
import { judgeRules } from './actionRules.ts';
import { aspectsOf } from './aspects.ts';
import { judgeContent } from './dataPolicy.ts';
import { failureOf, type PathVariable, type Variables } from './expression.ts';
import { objectTo } from './objection.ts';
import type { ApprovalGate, DeploymentPolicy, Expectation, Policies } from './policies.ts';
import { judgeResource } from './resourcePolicy.ts';

const unknownRun: RunFacts = { phase: null, activeAgents: null, tokens: null, passedGates: null, agreedContent: [] };

/** What the policies files say about an action: only ever something against it, never a yes. */
export function judgePolicies(policies: Policies, actor: Actor, action: Action, facts: Facts): readonly RuleAnswer[] {
  const run = facts.run ?? unknownRun;
  return [
    ...judgePreExecution(policies.preExecution, () => variablesOf(actor, action, facts, run)),
    ...judgeRules(policies.rules, { actor, action, phase: run.phase, facts }),
    ...judgeContent(policies.data, action.kind, facts.content ?? null, run.agreedContent),
    ...(isPush(policies, action) ? judgeDeployment(policies.preDeployment, run.passedGates) : []),
    ...(action.kind === 'model_call'
      ? judgeResource(
          policies.resource,
          { provider: action.provider, isDemo: action.provider === 'demo' && action.endpoint === undefined },
          run.tokens,
        )
      : []),
    ...(action.kind === 'phase_start' ? judgePhase(policies.approvalGates, action.phase) : []),
  ];
}

/** What `pre_execution` says before something happens. */
export function judgePreExecution(
  expectations: readonly Expectation[],
  variables: () => Variables,
): readonly RuleAnswer[] {
  if (expectations.length === 0) return [];
  const known = variables();
  return expectations.flatMap((expectation) => {
    const reason = failureOf(expectation.expression, known);
    if (reason === null) return [];
    const remedy = `propose something for which "${expectation.expression.text}" holds`;
    return [objectTo(expectation, expectation.severity, { section: 'pre_execution', reason, remedy })];
  });
}

/** What `pre_deployment` says about bringing work elsewhere, by the gates that have passed; null where nobody knows. */
export function judgeDeployment(
  policies: readonly DeploymentPolicy[],
  passed: readonly string[] | null,
): readonly RuleAnswer[] {
  return policies.flatMap((policy) => {
    const missing = policy.gates.filter((gate) => passed?.includes(gate) !== true);
    if (missing.length === 0) return [];
    const what = missing.length === 1 ? `the gate ${missing[0] ?? ''} has` : `the gates ${missing.join(', ')} have`;
    const reason = `${what} not passed on this state of the work`;
    const remedy = 'let the run verify its result first, and mend what a gate finds';
    return [objectTo(policy, 'deny', { section: 'pre_deployment', reason, remedy })];
  });
}

/** What `approval_gates` say about the beginning of a phase. */
export function judgePhase(gates: readonly ApprovalGate[], phase: string): readonly RuleAnswer[] {
  return gatesOf(gates, phase).map((gate) =>
    objectTo(gate, 'require_approval', {
      section: 'approval_gates',
      reason: `a person has to agree before the phase ${phase} begins`,
      remedy: 'agree',
    }),
  );
}

/** The approval gates that stand before a phase. */
export function gatesOf(gates: readonly ApprovalGate[], phase: string): readonly ApprovalGate[] {
  return gates.filter((gate) => gate.phase === phase);
}

function isPush({ preDeployment }: Policies, action: Action): boolean {
  return preDeployment.length > 0 && aspectsOf(action).some(({ kinds }) => kinds.includes('git_push'));
}

function variablesOf(actor: Actor, action: Action, facts: Facts, run: RunFacts): Variables {
  return {
    paths: pathUses(action).flatMap((use) => pathVariable(use, facts)),
    activeAgents: run.activeAgents,
    phase: run.phase,
    agent: actorName(actor),
    swarm: actor.kind === 'agent' ? actor.swarm : 'loki',
    kind: action.kind,
  };
}

function pathVariable(use: PathUse, facts: Facts): readonly PathVariable[] {
  const fact = facts.paths.get(factKey(use));
  const shown = JSON.stringify(use.path.slice(0, 120));
  if (fact?.kind === 'invalid' && !use.isCertain) return [];
  if (fact?.kind !== 'inside') return [{ shown, names: null }];
  const isWide = use.isRecursive === true || use.glob !== undefined;
  const below = fact.below ?? [];
  return [{ shown, names: [fact.relative, fact.lexical, ...below], isWhole: isWide && !Array.isArray(fact.below) }];
}
