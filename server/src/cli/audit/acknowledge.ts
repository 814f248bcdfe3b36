import { Failure } from '../../base/failure.ts';
import type { CliContext } from '../command.ts';
import { readOptions, refuseMore, workspaceOf } from '../options.ts';
import type { AuditCommandDeps } from './deps.ts';
import { jsonLine } from './jsonLine.ts';

/** `loki audit acknowledge --reason …`: a person says that they know of a log that is gone, and why. Recorded. */
export async function acknowledge(
  { acknowledgeLoss }: AuditCommandDeps,
  args: readonly string[],
  ctx: CliContext,
): Promise<number> {
  const { values, positionals } = readOptions(args, { reason: { type: 'string' } });
  refuseMore('loki audit acknowledge', positionals);
  const reason = values.reason?.trim() ?? '';
  if (reason === '')
    throw new Failure('usage', 'say why the audit log that was here is gone: loki audit acknowledge --reason "…"');
  const { seq } = await acknowledgeLoss(workspaceOf(values, ctx), reason);
  ctx.print(
    values.json
      ? jsonLine({ seq })
      : `Recorded as entry ${seq}: loki audit verify names the loss as a warning from here on\n`,
  );
  return 0;
}
