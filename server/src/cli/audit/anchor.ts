import type { AnchorOutcome } from '../../audit/anchor/anchorNow.ts';
import { visible } from '#protocol/visible';
import { Failure } from '../../base/failure.ts';
import { exitFailed, type CliContext } from '../command.ts';
import { readOptions, refuseMore, workspaceOf } from '../options.ts';
import type { AuditCommandDeps } from './deps.ts';
import { jsonLine } from './jsonLine.ts';
import { missingLog } from './missingLog.ts';

const names = { git_note: 'git note', syslog: 'syslog', witness: 'witness' } as const;
const done = { git_note: 'pushed to', syslog: 'sent to', witness: 'cosigned by the one at' } as const;

/** `loki audit anchor`: puts the state of the log into the places that are configured, now. */
export async function anchor(
  { auditFolderOf, anchor: anchorByHand }: AuditCommandDeps,
  args: readonly string[],
  ctx: CliContext,
): Promise<number> {
  const { values, positionals } = readOptions(args, { trust: { type: 'boolean' } });
  refuseMore('loki audit anchor', positionals);
  const workspace = workspaceOf(values, ctx);
  const anchored = await anchorByHand(
    {
      workspace,
      isTrusted: values.trust === true,
      begin: (places) =>
        ctx.tell(`Putting the state of the audit log into ${places === 1 ? '1 place' : `${places} places`} …\n`),
      tell: (outcome) => {
        if (!values.json) ctx.print(`${visible(describe(outcome))}\n`);
      },
    },
    ctx.signal,
  );
  if (anchored === null) throw await missingLog(workspace, await auditFolderOf(workspace, ctx.env));
  if (anchored.kind === 'none')
    throw new Failure('audit_unproved', `${anchored.why}: there is nothing to anchor; loki audit verify says more`);
  if (values.json) ctx.print(jsonLine({ size: anchored.size, outcomes: anchored.outcomes }));
  const failed = anchored.outcomes.filter(({ kind }) => kind === 'failed').length;
  if (failed === 0) ctx.tell(`Anchored: the first ${anchored.size} entries of the audit log.\n`);
  else
    ctx.tell(
      `${failed} of ${anchored.outcomes.length} failed; what worked stays, and the audit log holds what came of each.\n`,
    );
  return failed === 0 ? 0 : exitFailed;
}

function describe(outcome: AnchorOutcome): string {
  const name = names[outcome.anchor];
  if (outcome.kind === 'anchored') return `${name}: ${done[outcome.anchor]} ${outcome.to}`;
  const worse = outcome.isContradicted
    ? '\n  Somebody else holds a state of this log that it does not continue. Keep a copy of its folder as it is, and tell whoever answers for the audit.'
    : '';
  return `${name}: FAILED (${outcome.to}): ${outcome.why}${worse}`;
}
