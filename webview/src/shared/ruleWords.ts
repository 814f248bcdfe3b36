import { isWarning, type RuleAnswer, type RuleSource } from '#protocol/policy';

/** Where a rule was written, in words. */
export function sourceWords({ tier, file, line }: RuleSource): string {
  if (file === null) return tier === 'default' ? 'built into Loki' : `${tierWords[tier]} configuration`;
  return `${tierWords[tier]} configuration, ${line === null ? file : `${file}:${line}`}`;
}

/** The rules that decided, the most severe first: what spoke against it, warnings too, or everything where nothing did. */
export function decisiveRules(rules: readonly RuleAnswer[]): readonly RuleAnswer[] {
  const severe = rules.filter((rule) => rule.decision !== 'ALLOW' || isWarning(rule));
  return (severe.length > 0 ? severe : rules).toSorted((a, b) => weight[b.decision] - weight[a.decision]);
}

/** Whether the rules that decided say all that the reason says. */
export function coversReason(rules: readonly RuleAnswer[], reason: string): boolean {
  const said = decisiveRules(rules).map((rule) => rule.reason);
  return said.length > 0 && reason.split('; ').every((part) => said.includes(part));
}

const tierWords = { managed: 'managed', user: 'your own', project: 'project', default: 'built-in' } as const;
const weight = { DENY: 2, REQUIRE_APPROVAL: 1, ALLOW: 0 } as const;
