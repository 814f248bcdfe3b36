import { decisionKind } from '#protocol/policy';
import { entryLine } from '../../audit/query/entryLine.ts';
import { hasAuditLog } from '../../audit/file/openForReading.ts';
import { readEntries } from '../../audit/query/query.ts';
import { visible } from '../../base/visible.ts';
import { Failure } from '../../base/failure.ts';
import type { CliContext } from '../command.ts';
import { readOptions, refuseMore, workspaceOf } from '../options.ts';
import type { AuditCommandDeps } from './deps.ts';
import { jsonLine } from './jsonLine.ts';
import { missingLog } from './missingLog.ts';

const shownByDefault = 50;

/** `loki audit list`: entries as lines for people, or as JSON. */
export async function list(
  { auditFolderOf }: AuditCommandDeps,
  args: readonly string[],
  ctx: CliContext,
): Promise<number> {
  const { values, positionals } = readOptions(args, {
    task: { type: 'string' },
    run: { type: 'string' },
    agent: { type: 'string' },
    what: { type: 'string' },
    decision: { type: 'string' },
    text: { type: 'string' },
    last: { type: 'string' },
    all: { type: 'boolean' },
  });
  refuseMore('loki audit list', positionals);
  const { last: _last, all: _all, workspace: _workspace, json: _json, ...filter } = values;
  if (filter.decision !== undefined && !decisionKind.safeParse(filter.decision).success) {
    const known = decisionKind.options.join(', ');
    throw new Failure('usage', `--decision takes ${known}, not ${JSON.stringify(filter.decision)}`);
  }
  const last = lastOf(values);
  const workspace = workspaceOf(values, ctx);
  const folder = await auditFolderOf(workspace, ctx.env);
  if (!(await hasAuditLog(folder))) throw await missingLog(workspace, folder);
  let unreadable = 0;
  const onUnreadable = (): void => {
    unreadable += 1;
  };
  let shown = 0;
  for await (const entry of readEntries(folder, { ...filter, last }, { onUnreadable })) {
    ctx.signal.throwIfAborted();
    shown += 1;
    ctx.print(values.json ? jsonLine(entry) : `${entryLine(entry)}\n`);
  }
  if (shown === 0) ctx.tell(`${nothingToShow(filter)}\n`);
  if (unreadable > 0)
    ctx.tell(
      `${unreadable} ${unreadable === 1 ? 'line is' : 'lines are'} no entries and left out; see loki audit verify\n`,
    );
  return 0;
}

function nothingToShow(filter: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(filter).flatMap(([name, value]) => (value === undefined ? [] : [`--${name} ${value}`]));
  return given.length === 0 ? 'the audit log has no entries' : `no entry matches ${visible(given.join(' '))}`;
}

function lastOf({
  last,
  all,
}: {
  readonly last?: string | undefined;
  readonly all?: boolean | undefined;
}): number | undefined {
  if (last !== undefined && all) throw new Failure('usage', 'give --last or --all, not both');
  if (all) return undefined;
  if (last === undefined) return shownByDefault;
  if (!/^[1-9]\d{0,8}$/.test(last))
    throw new Failure('usage', `--last ${JSON.stringify(last)} is not a number of entries; give one like --last 20`);
  return Number(last);
}
