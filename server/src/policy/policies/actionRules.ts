import type { Action } from '#protocol/action';
import type { RuleAnswer } from '#protocol/policy';
import type { Phase } from '#protocol/phase';
import { actorName, type Actor } from '../actor.ts';
import { foldName } from '../foldName.ts';
import type { Facts } from '../facts.ts';
import { readUrl } from '../hosts.ts';
import { matchesText } from '../pathPattern.ts';
import { touches } from '../paths.ts';
import { factKey } from '../pathUse.ts';
import { aspectsOf, startsWith, type Aspect } from './aspects.ts';
import { objectTo } from './objection.ts';
import type { ActionRule, Conditions } from './policies.ts';

// `rules` of a policies file. A rule speaks where every condition it sets is met by something that the action does; it
// only ever speaks against an action, so in doubt it speaks.

/** What a rule is asked about. */
export interface RuleSubject {
  readonly actor: Actor;
  readonly action: Action;
  /** Null where nobody knows in which phase it happens. */
  readonly phase: Phase | null;
  readonly facts: Pick<Facts, 'paths'>;
}

/** What the rules say about an action. */
export function judgeRules(rules: readonly ActionRule[], subject: RuleSubject): readonly RuleAnswer[] {
  if (rules.length === 0) return [];
  const aspects = aspectsOf(subject.action);
  return rules
    .filter(({ conditions }) => matches(conditions, subject, aspects))
    .map((rule) =>
      objectTo(rule, rule.severity, {
        section: 'rules',
        reason: rule.reason ?? `a rule of the policies speaks against it${rule.name === null ? '' : ` (${rule.name})`}`,
        remedy: 'do it another way that the rule does not cover',
      }),
    );
}

/** Whether a rule's conditions cover an action; also how its own examples are tried when the file is read. */
export function covers(conditions: Conditions, subject: RuleSubject): boolean {
  return matches(conditions, subject, aspectsOf(subject.action));
}

function matches(conditions: Conditions, subject: RuleSubject, aspects: readonly Aspect[]): boolean {
  const { actor, phase, facts } = subject;
  const { kinds, agents, phases } = conditions;
  if (agents.length > 0 && !agents.some((name) => isCalled(actor, name))) return false;
  if (phases.length > 0 && phase !== null && !phases.includes(phase)) return false;
  const ofKind = kinds.length === 0 ? aspects : aspects.filter((aspect) => aspect.kinds.some((k) => kinds.includes(k)));
  if (ofKind.length === 0) return false;
  const isMet = (patterns: readonly string[], fits: (aspect: Aspect, pattern: string) => boolean): boolean =>
    patterns.length === 0 || ofKind.some((aspect) => patterns.some((pattern) => fits(aspect, pattern)));
  return (
    isMet(conditions.paths, (aspect, pattern) => touchesPath(aspect, pattern, facts)) &&
    isMet(conditions.commands, startsCommand) &&
    isMet(conditions.hosts, reachesHost) &&
    isMet(conditions.branches, changesBranch) &&
    isMet(conditions.tools, usesTool)
  );
}

function isCalled(actor: Actor, name: string): boolean {
  return actorName(actor) === name || (actor.kind === 'agent' && actor.swarm === name);
}

function touchesPath({ use }: Aspect, pattern: string, facts: Pick<Facts, 'paths'>): boolean {
  if (use === undefined) return false;
  const fact = facts.paths.get(factKey(use));
  return fact?.kind === 'inside' && touches(pattern, use, fact);
}

function startsCommand({ words }: Aspect, prefix: string): boolean {
  if (words === undefined || words.length === 0) return false;
  const [program] = words;
  // What is started is only known when it runs: it may be this.
  if (program?.isDynamic === true || program?.isGlob === true) return true;
  return startsWith(words, prefix);
}

function reachesHost({ url }: Aspect, pattern: string): boolean {
  if (url === undefined) return false;
  const read = readUrl(url);
  // An address that hides its host may be any.
  if (read.kind === 'refused') return true;
  const wanted = pattern.toLowerCase();
  return matchesText(wanted, read.host) || matchesText(wanted, `${read.host}:${read.port}`);
}

function changesBranch({ branch }: Aspect, pattern: string): boolean {
  if (branch === undefined) return false;
  return branch === null || matchesText(pattern.toLowerCase(), branch.toLowerCase());
}

function usesTool({ tools = [] }: Aspect, pattern: string): boolean {
  return tools.some((tool) => matchesText(foldName(pattern), foldName(tool)));
}
