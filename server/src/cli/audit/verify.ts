import { noVerdict, orFailure } from '../../audit/verify/noVerdict.ts';
import { verdictLines } from '../../audit/verify/verdictWords.ts';
import { parseNoteKey, printNoteKey } from '../../audit/note/noteKey.ts';
import { Failure } from '../../base/failure.ts';
import { lokiHome } from '../../base/lokiHome.ts';
import { visible } from '#protocol/visible';
import { loadConfig } from '../../config/loadConfig.ts';
import { verifyWorkspace } from '../../runs/verifyWorkspace.ts';
import { exitFailed, type CliContext } from '../command.ts';
import { readOptions, refuseMore, workspaceOf } from '../options.ts';
import type { AuditCommandDeps } from './deps.ts';
import { jsonLine } from './jsonLine.ts';
import { missingLog } from './missingLog.ts';

/** `loki audit verify`: exit code 0 valid, 1 not, 3 where there never was a log or it cannot be read. */
export async function verify(
  { auditFolderOf }: AuditCommandDeps,
  args: readonly string[],
  ctx: CliContext,
): Promise<number> {
  const { values, positionals } = readOptions(args, { strict: { type: 'boolean' }, key: { type: 'string' } });
  refuseMore('loki audit verify', positionals);
  const trustedKey = values.key === undefined ? null : knownKey(values.key);
  const workspace = workspaceOf(values, ctx);
  const folder = await auditFolderOf(workspace, ctx.env);
  const home = lokiHome(ctx.env);
  const { auditAnchors: anchors } = await loadConfig({ workspace, env: ctx.env, lokiHome: home });
  const isStrict = values.strict === true;
  const subject = { workspace, folder, lokiHome: home, anchors, trustedKey, isStrict };
  const result = await orFailure(verifyWorkspace(subject, ctx.signal));
  if (result instanceof Failure || 'kind' in result) {
    const failure = result instanceof Failure ? result : await missingLog(workspace, folder);
    if (!values.json) throw failure;
    ctx.print(jsonLine(noVerdict(failure.message)));
    return exitFailed;
  }
  ctx.print(values.json ? jsonLine(result) : `${visible(verdictLines(result, folder).join('\n'))}\n`);
  return result.valid ? 0 : 1;
}

/** Refuses what is no key: it would otherwise count as one that did not sign. */
function knownKey(text: string): string {
  const key = parseNoteKey(text);
  if (key !== null) return printNoteKey(key);
  throw new Failure(
    'usage',
    `--key ${JSON.stringify(text)} is not a key; give it whole, as loki audit verify --json prints it: loki/<log>/audit+<8 digits>+<base64>`,
  );
}
