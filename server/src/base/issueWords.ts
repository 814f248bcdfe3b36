import type { core } from 'zod/mini';

/** What a value must be, said to the person who wrote it: a predicate such as "must be a list", without the name. */
export function issueWords(issue: core.$ZodIssue): string {
  // The schema knows better than any general rule.
  if (issue.message.startsWith('must')) return issue.message;
  switch (issue.code) {
    case 'invalid_type':
      return typeWords[issue.expected] ?? 'must be of another kind';
    case 'too_small':
      return smallWords(issue);
    case 'too_big':
      return bigWords(issue);
    case 'invalid_value':
      return oneOf(issue.values);
    case 'invalid_union':
      return 'options' in issue && Array.isArray(issue.options) ? oneOf(issue.options) : 'has none of the known forms';
    default:
      return issue.message.charAt(0).toLowerCase() + issue.message.slice(1);
  }
}

const section = 'must hold keys with values, or be left out';

const typeWords: Readonly<Record<string, string>> = {
  array: 'must be a list, such as [a, b]',
  string: 'must be text, in quotes where it looks like something else',
  number: 'must be a number',
  int: 'must be a whole number',
  boolean: 'must be true or false',
  object: section,
  record: section,
};

function smallWords({ origin, minimum, inclusive }: core.$ZodIssueTooSmall): string {
  if (origin === 'string' || origin === 'array') return 'must not be empty';
  return inclusive === false ? `must be above ${minimum}` : `must be at least ${minimum}`;
}

function bigWords({ origin, maximum, inclusive }: core.$ZodIssueTooBig): string {
  if (origin === 'string') return `must have at most ${maximum} characters`;
  if (origin === 'array') return `must have at most ${maximum} entries`;
  return inclusive === false ? `must be below ${maximum}` : `must be at most ${maximum}`;
}

function oneOf(values: readonly unknown[]): string {
  return `must be one of: ${values.join(', ')}`;
}
