import type { ActionKind } from '#protocol/action';
import type { RuleAnswer } from '#protocol/policy';
import type { ContentFacts } from '../facts.ts';
import { objectTo } from './objection.ts';
import { occursIn } from './patternMatcher.ts';
import type { DataPolicy, Policies } from './policies.ts';

// `data` of a policies file: what is looked for in what is written or sent. Secrets are a rule of their own that no
// policy switches off (secrets.ts).

/** Actions that write or send a text. */
const carriers: ReadonlySet<ActionKind> = new Set([
  'file_write',
  'file_edit',
  'command',
  'git_commit',
  'git_push',
  'git_branch',
  'mcp_call',
  'mcp_start',
  'fetch',
  'model_call',
]);

/** The names of all patterns of the policies that occur in a text. */
export function patternsIn({ data }: Pick<Policies, 'data'>, text: string): readonly string[] {
  const found = data.flatMap(({ patterns }) => patterns.filter((pattern) => occursIn(pattern, text)));
  return [...new Set(found.map(({ name }) => name))];
}

/** What the data policies say about an action's text. `agreed` are kinds that a person has let through before. */
export function judgeContent(
  policies: readonly DataPolicy[],
  kind: ActionKind,
  content: ContentFacts | null,
  agreed: readonly string[] = [],
): readonly RuleAnswer[] {
  if (!carriers.has(kind)) return [];
  return policies.flatMap((policy) => judgeOne(policy, content, agreed));
}

function judgeOne(policy: DataPolicy, content: ContentFacts | null, agreed: readonly string[]): RuleAnswer[] {
  const answers: RuleAnswer[] = [];
  const object = (section: string, reason: string, remedy: string, severity = policy.severity): void => {
    answers.push(objectTo(policy, severity, { section, reason, remedy }));
  };
  const isAgreed = (found: readonly string[]): boolean =>
    policy.severity === 'require_approval' && found.every((name) => agreed.includes(name));
  const hasPatterns = policy.patterns.length > 0;
  if (content === null) {
    // Not even what a pattern would only warn about can be known here.
    if (hasPatterns || policy.findsPersonal) object('data', 'nobody has looked at its content', 'try again', 'deny');
    return answers;
  }
  if (policy.findsPersonal && content.personal === null) {
    object('data.pii_scanning', 'personal data cannot be looked for here', 'use a version of Loki that can', 'deny');
  }
  const personal = policy.findsPersonal ? [...new Set(content.personal ?? [])].sort() : [];
  if (personal.length > 0 && !isAgreed(personal)) {
    const reason = `it carries personal data (${personal.join(', ')})`;
    object('data.pii_scanning', reason, 'take the personal data out');
  }
  const found = policy.patterns.map(({ name }) => name).filter((name) => content.patterns.includes(name));
  if (found.length > 0 && !isAgreed(found)) {
    object('data.patterns', `it carries what a pattern finds (${found.join(', ')})`, 'take it out');
  }
  return answers;
}
