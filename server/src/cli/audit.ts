import type { AuditVerification } from '#protocol/audit';
import { decisionKind } from '#protocol/policy';
import { entryLine } from '../audit/entryLine.ts';
import { hasAuditLog } from '../audit/openForReading.ts';
import { readEntries } from '../audit/query.ts';
import { verifyAuditLog } from '../audit/verify.ts';
import { visible } from '../base/visible.ts';
import { Failure } from '../base/failure.ts';
import { auditedFolderAbove } from './auditFolder.ts';
import { exitFailed, type CliCommand, type CliContext } from './command.ts';
import { readOptions, refuseMore, workspaceOf } from './options.ts';

export interface AuditCommandDeps {
  /** The folder of a workspace's audit log, as its configuration says. Must not create it. */
  readonly auditFolderOf: (workspace: string, env: NodeJS.ProcessEnv) => string | Promise<string>;
}

const usage = [
  'loki audit verify             exit code 0 intact, 1 not, 3 no log or an error',
  'loki audit list [options]     oldest first; every option narrows the list',
].join('\n');

const options: CliCommand['options'] = [
  ['--last N', 'the last N entries (default: 50)'],
  ['--all', 'all entries'],
  ['--task ID', 'of one task'],
  ['--run ID', 'of one run'],
  ['--agent NAME', 'of one agent, or of whoever acted: loki, os:ann'],
  ['--what KIND', 'of one kind, such as file_write, command or gate'],
  ['--decision D', decisionKind.options.join(', ')],
  ['--text T', 'that mention a text anywhere'],
];

const shownByDefault = 50;

/** `loki audit`: proves and shows what was recorded. Never writes. */
export function makeAuditCommand(deps: AuditCommandDeps): CliCommand {
  return {
    name: 'audit',
    usage,
    options,
    summary: 'Prove that the audit log is intact, or list what it holds',
    run: async (args, ctx) => {
      const [verb, ...rest] = args;
      switch (verb) {
        case 'verify':
          return await verify(deps, rest, ctx);
        case 'list':
          return await list(deps, rest, ctx);
        case 'prove':
        case 'export':
          throw new Failure(
            'usage',
            `loki audit ${verb} is not part of this version yet; loki audit verify and list are`,
          );
        default:
          throw new Failure(
            'usage',
            `say what to do with the audit log: loki audit verify, or loki audit list; see --help`,
          );
      }
    },
  };
}

async function verify({ auditFolderOf }: AuditCommandDeps, args: readonly string[], ctx: CliContext): Promise<number> {
  const { values, positionals } = readOptions(args, {});
  refuseMore('loki audit verify', positionals);
  const workspace = workspaceOf(values, ctx);
  const folder = await auditFolderOf(workspace, ctx.env);
  const result = await verifyAuditLog(folder);
  if ('kind' in result) {
    const failure = await missing(workspace, folder);
    if (!values.json) throw failure;
    ctx.print(jsonLine({ valid: false, entries: 0, brokenAt: null, error: failure.message }));
    return exitFailed;
  }
  ctx.print(values.json ? jsonLine(result) : `${visible(describe(result, folder))}\n`);
  return result.valid ? 0 : 1;
}

function describe({ valid, entries, error }: AuditVerification, folder: string): string {
  if (!valid) {
    return [
      `NOT INTACT. ${error}.`,
      `${entries} ${entries === 1 ? 'entry' : 'entries'} in all. Keep a copy of ${folder} as it is, and tell whoever answers for the audit; do not mend it by hand.`,
    ].join('\n');
  }
  return [
    `Intact: ${entries} ${entries === 1 ? 'entry' : 'entries'} in ${folder}, none changed, removed, added or moved between the first and the last.`,
    'Not covered: entries cut off at the end, or a log rewritten as a whole. Compare with a copy kept elsewhere where that matters.',
  ].join('\n');
}

async function list({ auditFolderOf }: AuditCommandDeps, args: readonly string[], ctx: CliContext): Promise<number> {
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
  if (!(await hasAuditLog(folder))) throw await missing(workspace, folder);
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

async function missing(workspace: string, folder: string): Promise<Failure> {
  const above = await auditedFolderAbove(workspace);
  const remedy =
    above === null
      ? 'start a task with loki run, or name another project with --workspace'
      : `there is one above it: give --workspace ${above}`;
  return new Failure(
    'audit_missing',
    `there is no audit log in ${folder}: nothing was recorded there yet, or it was removed; ${remedy}`,
  );
}

function jsonLine(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}
