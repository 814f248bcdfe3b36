import { createInterface } from 'node:readline/promises';
import { eraseValues } from '../../audit/personal/eraseValues.ts';
import { findErasable, type Erasable } from '../../audit/personal/findErasable.ts';
import { visible, visibleLine } from '#protocol/visible';
import { Failure } from '../../base/failure.ts';
import type { CliContext } from '../command.ts';
import { readOptions, refuseMore, workspaceOf } from '../options.ts';
import type { AuditCommandDeps } from './deps.ts';
import { jsonLine } from './jsonLine.ts';
import { existingLog } from './missingLog.ts';

const mostShown = 20;

/** `loki audit erase`: deletes a person's values beside the log, and records that it did. */
export async function erase(deps: AuditCommandDeps, args: readonly string[], ctx: CliContext): Promise<number> {
  const { values, positionals } = readOptions(args, {
    who: { type: 'string' },
    text: { type: 'string' },
    reason: { type: 'string' },
    yes: { type: 'boolean' },
  });
  refuseMore('loki audit erase', positionals);
  const who = nonEmpty('who', values.who);
  const text = nonEmpty('text', values.text);
  const reason = nonEmpty('reason', values.reason);
  if (who === null && text === null)
    throw new Failure('usage', 'say whose values to erase: --who os:ann, or a text that they hold: --text "Ann Lee"');
  if (reason === null)
    throw new Failure(
      'usage',
      'say why, for the record: --reason "asked for on 3 May" (without the name of the person)',
    );
  const workspace = workspaceOf(values, ctx);
  const folder = await existingLog(deps, workspace, ctx.env);
  // A login alone means the person of the operating system.
  const wish = { who: who === null || who.includes(':') ? who : `os:${who}`, text };
  const found = await findErasable(folder, wish);
  ctx.tell(inWords(found));
  if (found.values.length > 0 && values.yes !== true && !(await isAgreed(ctx))) {
    ctx.tell('nothing was erased\n');
    return 0;
  }
  const commitments = found.values.map(({ commitment }) => commitment);
  const entries: number[] = [];
  if (commitments.length > 0) {
    const log = await deps.openLog(workspace, ctx.env);
    try {
      entries.push(...(await eraseValues(folder, log, { who: deps.person, reason, commitments })));
    } finally {
      await log.close();
    }
  }
  const erased = commitments.length;
  if (values.json === true) ctx.print(jsonLine({ erased, entries, outOfReach: found.outOfReach }));
  else if (erased > 0)
    ctx.print(`${erased} ${erased === 1 ? 'value' : 'values'} erased; recorded as entry ${entries.join(', ')}\n`);
  return 0;
}

function inWords({ values, outOfReach }: Erasable): string {
  const lines = values
    .slice(0, mostShown)
    .map(({ value, uses }) => `  ${visibleLine(value, 100)}  (in ${uses} ${uses === 1 ? 'place' : 'places'})`);
  if (values.length > mostShown) lines.push(`  and ${values.length - mostShown} more`);
  const head =
    values.length === 0
      ? 'no value beside the log fits, so there is nothing to erase'
      : 'these values would be erased for good; the entries stay, and the log stays valid:';
  const rest =
    outOfReach === 0
      ? []
      : [
          `${outOfReach} ${outOfReach === 1 ? 'entry holds' : 'entries hold'} it in the log itself, which cannot be changed: recorded while audit.commit_personal was off, or in a field that is not kept apart`,
        ];
  return `${visible([head, ...lines, ...rest].join('\n'))}\n`;
}

/** Only an explicit yes; where nobody can be asked, `--yes` must say it. */
async function isAgreed(ctx: CliContext): Promise<boolean> {
  if (!ctx.isInteractive) throw new Failure('usage', 'nobody can be asked here: give --yes to erase these values');
  const lines = createInterface({ input: ctx.stdin, output: process.stderr });
  const closed = new Promise<string>((resolve) => lines.once('close', () => resolve('')));
  try {
    const answer = await Promise.race([lines.question('Erase them? [y/N] ', { signal: ctx.signal }), closed]);
    return /^(y|yes)$/i.test(answer.trim());
  } finally {
    lines.close();
  }
}

function nonEmpty(option: string, text: string | undefined): string | null {
  if (text === undefined) return null;
  if (text.trim() === '') throw new Failure('usage', `--${option} is empty; say something there, or leave it out`);
  return text.trim();
}
