import { unreachable } from '../base/invariant.ts';
import { issueWords } from '../base/issueWords.ts';
import { parseLimitUsd } from '../cost/money.ts';
import { configSchema } from './schema.ts';
import { configInvalid, type Problem } from './problem.ts';
import type { Tier } from './tier.ts';

// The environment variables of the user tier. A variable that is set and cannot be used is an error that names it:
// a limit that somebody meant to set never silently falls away.

type Reading =
  | { readonly kind: 'words'; readonly separator: RegExp }
  | { readonly kind: 'money' }
  | { readonly kind: 'number' }
  | { readonly kind: 'text' }
  | { readonly kind: 'switch' };

const blanks: Reading = { kind: 'words', separator: /\s+/ };
const commas: Reading = { kind: 'words', separator: /,/ };

const variables: readonly (readonly [name: string, path: readonly [string, string], reading: Reading])[] = [
  ['SCOPE_ALLOWED_PATHS', ['scope', 'allowed_paths'], blanks],
  ['SCOPE_DENIED_PATHS', ['scope', 'denied_paths'], blanks],
  ['SCOPE_ALLOWED_EXTENSIONS', ['scope', 'allowed_extensions'], blanks],
  ['SCOPE_ALLOWED_COMMANDS', ['scope', 'allowed_commands'], commas],
  ['SCOPE_DENIED_COMMANDS', ['scope', 'denied_commands'], commas],
  ['SCOPE_ALLOWED_BRANCHES', ['scope', 'allowed_branches'], blanks],
  ['SCOPE_DENIED_BRANCHES', ['scope', 'denied_branches'], blanks],
  ['SCOPE_ALLOWED_SERVICES', ['scope', 'allowed_services'], blanks],
  ['SCOPE_DENIED_SERVICES', ['scope', 'denied_services'], blanks],
  ['SCOPE_ALLOWED_HOSTS', ['scope', 'allowed_hosts'], blanks],
  ['COST_MAX_PER_TASK', ['cost', 'max_per_task'], { kind: 'money' }],
  ['COST_MAX_PER_DAY', ['cost', 'max_per_day'], { kind: 'money' }],
  ['COST_MAX_PER_MONTH', ['cost', 'max_per_month'], { kind: 'money' }],
  ['COST_ALERT_THRESHOLD', ['cost', 'alert_threshold'], { kind: 'number' }],
  ['GATE_PROFILE', ['gates', 'profile'], { kind: 'text' }],
  ['GATE_TEST_COMMAND', ['gates', 'test_command'], { kind: 'text' }],
  ['LOKI_PROVIDER', ['models', 'provider'], { kind: 'text' }],
  ['LOKI_AUDIT_MAX_SIZE_MB', ['audit', 'max_size_mb'], { kind: 'number' }],
  ['LOKI_AUDIT_MAX_FILES', ['audit', 'max_files'], { kind: 'number' }],
  ['LOKI_AUDIT_DISABLED', ['audit', 'disabled'], { kind: 'switch' }],
];

/** What the environment sets, as a part of the user tier. */
export function readEnvironment(env: NodeJS.ProcessEnv): Tier {
  const problems: Problem[] = [];
  const sections: Record<string, Record<string, unknown>> = {};
  for (const [name, [section, key], reading] of variables) {
    const text = env[name];
    if (text === undefined) continue;
    const value = text.trim() === '' ? null : read(text.trim(), reading);
    if (value === null) {
      const what = text.trim() === '' ? 'is set but empty' : `is not ${expected(reading)}: "${text.slice(0, 60)}"`;
      problems.push({ where: name, message: `the environment variable ${what}; correct it or unset it` });
      continue;
    }
    sections[section] = { ...sections[section], [key]: value };
  }
  const parsed = configSchema.safeParse(sections);
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      const name =
        variables.find(([, path]) => path.every((part, index) => issue.path[index] === part))?.[0] ?? 'environment';
      problems.push({ where: name, message: `the environment variable ${issueWords(issue)}; correct it or unset it` });
    }
  }
  if (problems.length > 0 || !parsed.success) throw configInvalid(problems);
  const sourceOf: Tier['sourceOf'] = (path) => ({
    tier: 'user',
    file: variables.find(([, known]) => known.every((part, index) => path[index] === part))?.[0] ?? null,
    line: null,
  });
  return { tier: 'user', values: parsed.data, sourceOf };
}

function read(text: string, reading: Reading): unknown {
  switch (reading.kind) {
    case 'words':
      return text
        .split(reading.separator)
        .map((word) => word.trim())
        .filter((word) => word !== '');
    case 'money':
      // The exact text counts later; here it is only asked whether it is an amount.
      return parseLimitUsd(text) === null ? null : Number(text);
    case 'number':
      return /^\d+(\.\d+)?$/.test(text) ? Number(text) : null;
    case 'text':
      return text;
    case 'switch':
      return text === 'true' ? true : text === 'false' ? false : null;
    default:
      return unreachable(reading);
  }
}

function expected(reading: Reading): string {
  switch (reading.kind) {
    case 'money':
      return 'a positive amount of US dollars such as 5.00';
    case 'switch':
      return 'true or false';
    default:
      return 'a number such as 0.8';
  }
}
