import { isWarning, type DecisionKind, type RuleAnswer, type RuleSource } from '#protocol/policy';
import type { Entry } from './policy.ts';

/** The source of rules that are built in. */
export const builtIn: RuleSource = { tier: 'default', file: null, line: null };

/** What a rule says besides its decision. `remedy` is what would have to change for another answer. */
export interface Because {
  readonly rule: string;
  readonly reason: string;
  readonly remedy?: string;
  readonly source?: RuleSource;
}

export function allow(because: Because): RuleAnswer {
  return answer('ALLOW', because);
}

export function ask(because: Because): RuleAnswer {
  return answer('REQUIRE_APPROVAL', because);
}

export function deny(because: Because): RuleAnswer {
  return answer('DENY', because);
}

/** What is allowed with a warning comes before what is merely allowed: people look at the first. */
function severityOf(answer: RuleAnswer): number {
  if (isWarning(answer)) return 2;
  return { DENY: 0, REQUIRE_APPROVAL: 1, ALLOW: 3 }[answer.decision];
}

/** The most severe first; what is equally severe keeps an order of its own, so that the order of rules never matters. */
export function bySeverity(answers: readonly RuleAnswer[]): RuleAnswer[] {
  if (answers.length < 2) return [...answers];
  const keyed = answers.map((item) => ({ item, key: orderOf(item) }));
  return keyed
    .sort((a, b) => severityOf(a.item) - severityOf(b.item) || (a.key < b.key ? -1 : 1))
    .map(({ item }) => item);
}

function orderOf({ rule, reason, source }: RuleAnswer): string {
  return `${rule}\n${reason}\n${source.file ?? ''}\n${source.line ?? 0}`;
}

/** Why it was decided so, of answers in the order of their severity: for a no all its reasons, which are mended together. */
export function reasonOf(answers: readonly RuleAnswer[]): string {
  const [first] = answers;
  if (first === undefined || first.decision === 'ALLOW') return first?.reason ?? '';
  const reasons = [...new Set(answers.filter((item) => item.decision === first.decision).map((item) => item.reason))];
  const said = reasons.slice(0, 3).join('; ');
  return reasons.length > 3 ? `${said}; and ${reasons.length - 3} more` : said;
}

/** Where an entry stands, in words: `src/ (.loki/config.yaml:4)`. */
export function entryName(entry: Entry): string {
  const { file, line } = entry.source;
  if (file === null) return `"${entry.text}"`;
  return `"${entry.text}" (${file}${line === null ? '' : `:${line}`})`;
}

/** Where a list was written: that of its first entry, or null for an empty list. */
export function listSource(list: readonly Entry[]): RuleSource {
  return list[0]?.source ?? builtIn;
}

function answer(decision: DecisionKind, because: Because): RuleAnswer {
  const { rule, reason, remedy, source } = because;
  return { rule, decision, reason, ...(remedy === undefined ? {} : { remedy }), source: source ?? builtIn };
}
