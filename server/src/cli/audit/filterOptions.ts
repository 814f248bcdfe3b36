import { decisionKind } from '#protocol/policy';
import { exactFields, type EntryFilter } from '../../audit/query/entryFilter.ts';
import { Failure } from '../../base/failure.ts';
import type { CliCommand } from '../command.ts';
import { momentOf } from './timeOption.ts';

// What narrows a list of entries, for every verb that lists some.

export const filterOptions = {
  from: { type: 'string' },
  to: { type: 'string' },
  task: { type: 'string' },
  run: { type: 'string' },
  agent: { type: 'string' },
  what: { type: 'string' },
  swarm: { type: 'string' },
  phase: { type: 'string' },
  provider: { type: 'string' },
  decision: { type: 'string' },
  text: { type: 'string' },
  cursor: { type: 'string' },
} as const;

export const filterHelp: CliCommand['options'] = [
  ['--from T', 'recorded at a time or later: 2026-03-01, 2026-03-01T10:20:00Z (UTC), or 2h, 7d ago'],
  ['--to T', 'recorded at a time or before; a date includes its whole day'],
  ['--task ID', 'of one task'],
  ['--run ID', 'of one run'],
  ['--agent NAME', 'of one agent, or of whoever acted: loki, os:ann'],
  ['--what KIND', 'of one kind, such as file_write, command or gate'],
  ['--swarm NAME', 'of the agents of one swarm'],
  ['--phase P', 'of one phase: reason, act, reflect, verify'],
  ['--provider P', 'of requests to one provider'],
  ['--decision D', decisionKind.options.join(', ')],
  ['--text T', 'that mention a text anywhere'],
  ['--cursor N', 'behind the entry with this number, the last one of the page before'],
];

type FilterValues = { readonly [name in keyof typeof filterOptions]?: string | undefined };

/** The filter that the options say; a value that cannot be used is a `usage` failure. */
export function filterOf(values: FilterValues, nowMs: number): EntryFilter {
  const { from, to, text } = values;
  if (values.decision !== undefined && !decisionKind.safeParse(values.decision).success) {
    const known = decisionKind.options.join(', ');
    throw new Failure('usage', `--decision takes ${known}, not ${JSON.stringify(values.decision)}`);
  }
  const exact = Object.fromEntries(exactFields.map((field) => [field, values[field]]));
  return {
    ...exact,
    text,
    fromMs: from === undefined ? undefined : momentOf('from', from, nowMs),
    toMs: to === undefined ? undefined : momentOf('to', to, nowMs),
  };
}

/** The number of the entry that the page before ended with. */
export function cursorOf({ cursor }: FilterValues): number | undefined {
  if (cursor === undefined) return undefined;
  if (/^(0|[1-9]\d{0,14})$/.test(cursor)) return Number(cursor);
  throw new Failure(
    'usage',
    `--cursor ${JSON.stringify(cursor)} is not the number of an entry; give one like --cursor 149`,
  );
}

/** A number of entries as it is typed. */
export function countOf(option: string, text: string | undefined): number | undefined {
  if (text === undefined || /^[1-9]\d{0,8}$/.test(text)) return text === undefined ? undefined : Number(text);
  throw new Failure(
    'usage',
    `--${option} ${JSON.stringify(text)} is not a number of entries; give one like --${option} 20`,
  );
}

/** What was asked for, as it was typed; empty where everything was. */
export function filterWords(values: FilterValues): string {
  return Object.keys(filterOptions)
    .flatMap((name) => {
      const value = Object.entries(values).find(([given]) => given === name)?.[1];
      return value === undefined ? [] : [`--${name} ${value}`];
    })
    .join(' ');
}
