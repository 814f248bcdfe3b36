import { checkProof } from '../../audit/proof/checkProof.ts';
import { printProof, type ProofDocument } from '../../audit/proof/proofDocument.ts';
import { proveConsistency, proveInclusion } from '../../audit/proof/prove.ts';
import { Failure } from '../../base/failure.ts';
import type { CliContext } from '../command.ts';
import { readOptions, refuseMore, workspaceOf } from '../options.ts';
import type { AuditCommandDeps } from './deps.ts';
import { hasAuditLog } from '../../audit/file/segments.ts';
import { missingLog } from './missingLog.ts';

/** `loki audit prove`: a proof about the log, to give to somebody who holds nothing else of it. Never writes. */
export async function prove(
  { auditFolderOf }: AuditCommandDeps,
  args: readonly string[],
  ctx: CliContext,
): Promise<number> {
  const { values, positionals } = readOptions(args, { from: { type: 'string' }, to: { type: 'string' } });
  refuseMore('loki audit prove', positionals, 1);
  const wish = wishOf(positionals[0], values);
  const workspace = workspaceOf(values, ctx);
  const folder = await auditFolderOf(workspace, ctx.env);
  if (!(await hasAuditLog(folder))) throw await missingLog(workspace, folder);
  const document =
    wish.kind === 'inclusion'
      ? await proveInclusion(folder, wish.seq, ctx.signal)
      : await proveConsistency(folder, wish, ctx.signal);
  ctx.print(`${printProof(document, values.json ? 0 : 2)}\n`);
  ctx.tell(explain(document));
  return 0;
}

function explain(document: ProofDocument): string {
  const check = checkProof(printProof(document));
  if (check.kind === 'bad') return `${check.problem}\n`;
  return [
    `Proved: ${check.statement}.`,
    `To check it, without Loki: node verify-audit.mjs --proof FILE --key '${check.firstKey}'`,
    'Give the key to whoever checks on another way than the proof.',
    '',
  ].join('\n');
}

type Wish =
  | { readonly kind: 'inclusion'; readonly seq: number }
  | { readonly kind: 'consistency'; readonly from: number; readonly to: number | null };

interface Given {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

function wishOf(seq: string | undefined, { from, to }: Given): Wish {
  if (seq !== undefined && (from !== undefined || to !== undefined))
    throw new Failure('usage', 'name an entry, as in loki audit prove 12, or give --from and --to, not both');
  if (seq !== undefined) return { kind: 'inclusion', seq: numberOf(seq, 'the number of an entry', 0) };
  if (from === undefined)
    throw new Failure(
      'usage',
      'say what to prove: loki audit prove 12 (that entry 12 is in the log), or loki audit prove --from 100 (that the first 100 entries are as they were)',
    );
  const sizes = {
    from: numberOf(from, 'a number of entries', 1),
    to: to === undefined ? null : numberOf(to, 'a number of entries', 1),
  };
  if (sizes.to !== null && sizes.from > sizes.to)
    throw new Failure('usage', `--from ${from} is more than --to ${to}: the log only grows`);
  return { kind: 'consistency', ...sizes };
}

function numberOf(text: string, what: string, least: number): number {
  if (/^(0|[1-9]\d{0,14})$/.test(text) && Number(text) >= least) return Number(text);
  throw new Failure('usage', `${JSON.stringify(text)} is not ${what}; give a whole number such as 12`);
}
