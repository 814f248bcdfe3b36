import { exportFormats } from '../../audit/export/exportFormats.ts';
import { escapeHidden } from '../../audit/export/plainJson.ts';
import { logNameOf } from '../../audit/query/logName.ts';
import { readRecorded } from '../../audit/query/query.ts';
import { systemClock } from '../../base/clock.ts';
import { Failure } from '../../base/failure.ts';
import type { CliContext } from '../command.ts';
import { readOptions, refuseMore, workspaceOf } from '../options.ts';
import type { AuditCommandDeps } from './deps.ts';
import { countOf, cursorOf, filterOf, filterOptions } from './filterOptions.ts';
import { existingLog } from './missingLog.ts';
import { createUnreadable } from './unreadable.ts';

/** Takes the text of an export. */
export interface ExportTarget {
  /** Resolves once the text was taken: so nothing is read ahead of who reads it. False where nobody takes any more. */
  write(text: string): Promise<boolean>;
  /** All is there. */
  finish(): Promise<void>;
  /** What is there so far is not an export. Never throws. */
  abandon(): Promise<void>;
}

const chunkCharacters = 64 * 1024;

/** `loki audit export`: the entries for another program, the oldest first. */
export async function exportEntries(deps: AuditCommandDeps, args: readonly string[], ctx: CliContext): Promise<number> {
  const { values, positionals } = readOptions(args, {
    ...filterOptions,
    format: { type: 'string' },
    out: { type: 'string' },
    limit: { type: 'string' },
  });
  refuseMore('loki audit export', positionals);
  const name = values.format ?? 'jsonl';
  const format = exportFormats.get(name);
  if (format === undefined)
    throw new Failure('usage', `--format takes ${[...exportFormats.keys()].join(', ')}, not ${JSON.stringify(name)}`);
  const filter = filterOf(values, systemClock.now().getTime());
  const cursor = cursorOf(values);
  const limit = countOf('limit', values.limit);
  const folder = await existingLog(deps, workspaceOf(values, ctx), ctx.env);
  const source = { version: deps.version, logId: (await logNameOf(folder)) ?? 'unknown' };
  const unreadable = createUnreadable();
  const target = values.out === undefined ? outputOf(ctx) : await deps.openExport(values.out, ctx.cwd, folder);
  let exported = 0;
  let lastSeq: number | null = null;
  let pending = format.head;
  try {
    const onUnreadable = unreadable.count;
    for await (const recorded of readRecorded(folder, filter, { cursor, limit, onUnreadable })) {
      ctx.signal.throwIfAborted();
      pending += format.entry(recorded, source);
      exported += 1;
      lastSeq = recorded.entry.seq;
      if (pending.length < chunkCharacters) continue;
      if (!(await target.write(pending))) return 0;
      pending = '';
    }
    if (pending !== '' && !(await target.write(pending))) return 0;
    await target.finish();
  } catch (error) {
    await target.abandon();
    throw error;
  }
  if (values.out !== undefined || exported === 0) ctx.tell(`${inWords(exported, lastSeq)}\n`);
  unreadable.tell(ctx);
  return 0;
}

function inWords(exported: number, lastSeq: number | null): string {
  if (lastSeq === null) return 'no entry matches, so nothing was exported';
  const count = exported === 1 ? '1 entry' : `${exported} entries`;
  return `${count} exported; the last one is entry ${lastSeq}: go on behind it with --cursor ${lastSeq}`;
}

/** Standard output. Printing waits for the reader by itself. */
function outputOf(ctx: CliContext): ExportTarget {
  return {
    write: async (text) => {
      ctx.print(ctx.printsToTerminal ? escapeHidden(text) : text);
      return await Promise.resolve(ctx.hasReader?.() !== false);
    },
    finish: async () => await Promise.resolve(),
    abandon: async () => await Promise.resolve(),
  };
}
