import type { AuditEntry } from '#protocol/audit';
import { entryLine } from '../../audit/query/entryLine.ts';
import { readLastRecorded, readRecorded } from '../../audit/query/query.ts';
import { systemClock } from '../../base/clock.ts';
import { Failure } from '../../base/failure.ts';
import { visible } from '#protocol/visible';
import type { CliContext } from '../command.ts';
import { readOptions, refuseMore, workspaceOf } from '../options.ts';
import type { AuditCommandDeps } from './deps.ts';
import { countOf, cursorOf, filterOf, filterOptions, filterWords } from './filterOptions.ts';
import { existingLog } from './missingLog.ts';
import { createUnreadable } from './unreadable.ts';

const shownByDefault = 50;

/** `loki audit list`: entries as lines for people, or as JSON, the oldest first. */
export async function list(deps: AuditCommandDeps, args: readonly string[], ctx: CliContext): Promise<number> {
  const { values, positionals } = readOptions(args, {
    ...filterOptions,
    last: { type: 'string' },
    limit: { type: 'string' },
    all: { type: 'boolean' },
  });
  refuseMore('loki audit list', positionals);
  const filter = filterOf(values, systemClock.now().getTime());
  const page = pageOf(values);
  const folder = await existingLog(deps, workspaceOf(values, ctx), ctx.env);
  const unreadable = createUnreadable();
  const entries =
    page.kind === 'last'
      ? readLastRecorded(folder, filter, page.count, unreadable.count)
      : // One more than is shown tells whether there are more.
        readRecorded(folder, filter, { cursor: page.cursor, limit: page.limit + 1, onUnreadable: unreadable.count });
  let shown = 0;
  let last: AuditEntry | null = null;
  for await (const { entry, line } of entries) {
    ctx.signal.throwIfAborted();
    if (page.kind === 'first' && shown === page.limit) {
      ctx.tell(`there are more: go on with --cursor ${last?.seq ?? 0}\n`);
      break;
    }
    shown += 1;
    last = entry;
    ctx.print(`${values.json === true ? jsonOf(entry, line) : entryLine(entry)}\n`);
    if (ctx.hasReader?.() === false) return 0;
  }
  if (shown === 0) ctx.tell(`${nothingToShow(filterWords(values))}\n`);
  unreadable.tell(ctx);
  return 0;
}

/** The line itself, which another writer may have spelt in its own way; an entry with its values where some are apart. */
function jsonOf(entry: AuditEntry, line: string): string {
  return line.includes('"commitment:') ? JSON.stringify(entry) : line;
}

function nothingToShow(asked: string): string {
  return asked === '' ? 'the audit log has no entries' : `no entry matches ${visible(asked)}`;
}

/** Which of the entries that fit are shown: the last ones, or the first ones behind a place. */
type Page =
  | { readonly kind: 'last'; readonly count: number }
  | { readonly kind: 'first'; readonly cursor: number | undefined; readonly limit: number };

function pageOf(values: {
  readonly last?: string | undefined;
  readonly limit?: string | undefined;
  readonly all?: boolean | undefined;
  readonly cursor?: string | undefined;
}): Page {
  const cursor = cursorOf(values);
  const last = countOf('last', values.last);
  const limit = countOf('limit', values.limit);
  if ([last, limit, values.all].filter((given) => given !== undefined).length > 1)
    throw new Failure('usage', 'give one of --last, --limit and --all, not both');
  if (last !== undefined && cursor !== undefined)
    throw new Failure('usage', '--cursor goes on with --limit or --all, not with --last');
  if (values.all === true) return { kind: 'first', cursor, limit: Infinity };
  if (limit === undefined && cursor === undefined) return { kind: 'last', count: last ?? shownByDefault };
  return { kind: 'first', cursor, limit: limit ?? shownByDefault };
}
