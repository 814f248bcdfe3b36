import type { AuditVerification } from '#protocol/audit';
import { verifyAuditLog } from '../../audit/verify/verify.ts';
import { visible } from '../../base/visible.ts';
import { exitFailed, type CliContext } from '../command.ts';
import { readOptions, refuseMore, workspaceOf } from '../options.ts';
import type { AuditCommandDeps } from './deps.ts';
import { jsonLine } from './jsonLine.ts';
import { missingLog } from './missingLog.ts';

/** `loki audit verify`: exit code 0 intact, 1 not, 3 where there is no log. */
export async function verify(
  { auditFolderOf }: AuditCommandDeps,
  args: readonly string[],
  ctx: CliContext,
): Promise<number> {
  const { values, positionals } = readOptions(args, {});
  refuseMore('loki audit verify', positionals);
  const workspace = workspaceOf(values, ctx);
  const folder = await auditFolderOf(workspace, ctx.env);
  const result = await verifyAuditLog(folder);
  if ('kind' in result) {
    const failure = await missingLog(workspace, folder);
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
      `${entries} lines in all. Keep a copy of ${folder} as it is, and tell whoever answers for the audit; do not mend it by hand.`,
    ].join('\n');
  }
  return [
    `Intact: ${entries} ${entries === 1 ? 'entry' : 'entries'} in ${folder}, none changed, removed, added or moved between the first and the last.`,
    'Not covered: entries cut off at the end, or a log rewritten as a whole. Compare with a copy kept elsewhere where that matters.',
  ].join('\n');
}
