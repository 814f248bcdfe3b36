import type { Action } from '#protocol/action';
import { isWarning, type RuleAnswer } from '#protocol/policy';
import { digestOf, sha256 } from '../base/digest.ts';
import { unreachable } from '../base/invariant.ts';
import type { Actor } from './actor.ts';
import { judgePushRoutes } from './airGap.ts';
import { allow, bySeverity, deny, reasonOf } from './answer.ts';
import { judgeRefUpdate, parseRefspec } from './branches.ts';
import { judgeCommand } from './commands.ts';
import type { Decision } from './decision.ts';
import type { Facts } from './facts.ts';
import { judgeHiddenText } from './hiddenText.ts';
import { judgeHostAct } from './hostActs.ts';
import { judgeUrl } from './hosts.ts';
import { judgePath, pathsAllowed } from './paths.ts';
import { pathUses } from './pathUse.ts';
import { judgePolicies } from './policies/judgePolicies.ts';
import type { Policy } from './policy.ts';
import { judgeRemote } from './remotes.ts';
import { judgeModelCall } from './residency.ts';
import { scopesOf } from './scopes.ts';
import { judgeSecrets } from './secrets.ts';
import { judgeServiceEffects } from './serviceEffects.ts';
import { judgeService } from './services.ts';
import { judgeServiceStart } from './serviceStart.ts';

// The heart of governance: what may be done. Pure: no clock, no disk, no network. The gateway asks it about every action,
// `loki policy check` about hypothetical ones, and both get the same answer.

/**
 * Decides one action. Total: an exception inside is a DENY. The most severe answer wins, the order of rules and entries
 * never matters, and ALLOW is only answered when a rule says so.
 */
export function evaluate(policy: Policy, actor: Actor, action: Action, facts: Facts): Decision {
  const digest = digestOfAny(action);
  if (digest === null) return evaluateUnknown(policy, null, 'it is nested too deeply to be recorded');
  return decide(policy, digest, () => judge(policy, actor, action, facts));
}

/** The answer to something that is no action at all: DENY, with the problem as the reason. */
export function evaluateUnknown(policy: Policy, value: unknown, problem: string): Decision {
  return decide(policy, digestOfAny(value) ?? sha256(typeof value), () => [
    deny({
      rule: 'unknown-action',
      reason: `this is not an action: ${problem}`,
      remedy: 'propose one of the known kinds with exactly its members',
    }),
  ]);
}

const hostAct = allow({ rule: 'host-act', reason: 'the branch of a run is made by Loki itself' });

function judge(policy: Policy, actor: Actor, action: Action, facts: Facts): readonly RuleAnswer[] {
  const scopes = scopesOf(policy, actor);
  const uses = action.kind === 'command' ? [] : pathUses(action);
  return [
    ...uses.flatMap((use) => judgePath(use, facts, scopes)),
    ...judgeSecrets(action, facts),
    ...judgePolicies(policy.policies, actor, action, facts),
    ...judgeKind(),
  ];

  function judgeKind(): readonly RuleAnswer[] {
    switch (action.kind) {
      case 'file_read':
      case 'file_list':
      case 'file_search':
      case 'file_delete':
        return [pathsAllowed(uses, scopes)];
      case 'file_write':
        return [pathsAllowed(uses, scopes), ...judgeHiddenText(action.content)];
      case 'file_edit':
        return [pathsAllowed(uses, scopes), ...judgeHiddenText(action.newText)];
      case 'command':
        return actor.kind === 'loki'
          ? judgeHostAct(action, policy, facts)
          : judgeCommand(action, policy, scopes, facts);
      case 'git_push':
        return [
          ...judgeRemote(action.remote),
          ...judgePushRoutes(action, policy, facts),
          ...judgeRefUpdate(forced(parseRefspec(action.branch), action.force === true), scopes),
        ];
      case 'git_branch':
        // The branch of a run is Loki's own; only its push falls under branch scope.
        if (actor.kind === 'loki' && action.branch.startsWith('loki/')) return [hostAct];
        return [...judgeRefUpdate(action.branch.startsWith('+') ? null : parseRefspec(action.branch), scopes)];
      case 'mcp_call':
        return [...judgeService(action, scopes), ...judgeServiceEffects(action, policy, scopes, facts)];
      case 'mcp_start':
        return judgeServiceStart(action, actor, policy);
      case 'fetch':
        return judgeUrl(action.url, policy, scopes);
      case 'model_call':
        return judgeModelCall(action, policy);
      case 'git_status':
      case 'git_diff':
      case 'git_commit':
        return [allow({ rule: 'run-branch', reason: 'it works on the branch of the run only' })];
      case 'phase_start':
        return [allow({ rule: 'host-act', reason: 'the phases of a run are begun by Loki itself' })];
      case 'report_finding':
      case 'ask':
      case 'finish':
        return [allow({ rule: 'no-effect', reason: 'it has no effect outside the run' })];
      default:
        return unreachable(action);
    }
  }
}

function forced<T extends { readonly isForced: boolean }>(update: T | null, isForced: boolean): T | null {
  return update === null ? null : { ...update, isForced: update.isForced || isForced };
}

/** What answers amount to: the most severe wins, and nothing is allowed unless one of them says so. */
export function conclude(given: readonly RuleAnswer[]): Pick<Decision, 'kind' | 'reason' | 'answers'> {
  const answers = bySeverity(given);
  // A warning lets something happen that a rule allows; it allows nothing itself.
  const first = answers.find((answer) => !isWarning(answer)) ?? deny({ rule: 'no-rule', reason: 'no rule allows it' });
  const reason = first.decision === 'ALLOW' ? first.reason : reasonOf(answers);
  return { kind: first.decision, reason, answers: answers.includes(first) ? answers : [first, ...answers] };
}

function decide(policy: Policy, actionDigest: string, rules: () => readonly RuleAnswer[]): Decision {
  return { ...conclude(safely(rules)), actionDigest, policyHash: policy.hash };
}

function safely(rules: () => readonly RuleAnswer[]): readonly RuleAnswer[] {
  try {
    return rules();
  } catch (error) {
    // Fail closed: a rule that cannot decide has not allowed anything.
    const problem = error instanceof Error ? error.message : String(error);
    return [deny({ rule: 'failed-rule', reason: `a rule could not decide: ${problem.slice(0, 200)}` })];
  }
}

/** Null for what has no digest: a circle, or more levels than the stack holds. */
function digestOfAny(value: unknown): string | null {
  try {
    return digestOf(value);
  } catch {
    return null;
  }
}
