import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { keyFingerprint } from '#protocol/auditWords';
import { visible } from '#protocol/visible';
import { Failure } from '../../base/failure.ts';
import { parseNoteKey, printNoteKey, type NoteKey } from '../note/noteKey.ts';
import { checkProof } from '../proof/checkProof.ts';
import { noVerdict, orFailure } from './noVerdict.ts';
import { verdictLines } from './verdictWords.ts';
import { verifyKnown } from './verifyKnown.ts';

// What `dist/verify-audit.mjs` does: verifies a log, or checks a proof, with nothing of Loki installed. It knows neither the
// user's heads nor the configuration: what it needs to trust it is given, or it says so.

const usage = `Verifies an audit log that Loki wrote, or a proof about one. Needs nothing but Node 18 or later, and never writes.

  node verify-audit.mjs FOLDER [--strict] [--key KEY] [--json]
  node verify-audit.mjs --proof FILE [--key KEY] [--json]

  FOLDER    the audit folder (.loki/audit), or the project that it lies in
  --strict  look at every member of every entry, whatever the size of the log
  --key     the key of the log, as you know it from somewhere else: loki/<log>/audit+<8 digits>+<base64>
  --proof   a proof that loki audit prove printed; "-" reads it from standard input
  --json    the result as JSON

Exit code: 0 valid, 1 not, 3 no log, or an error.
`;

export interface StandaloneIo {
  readonly args: readonly string[];
  readonly print: (text: string) => void;
  readonly tell: (text: string) => void;
}

/** Returns the exit code. */
export async function verifyStandalone(io: StandaloneIo): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...io.args],
    options: {
      strict: { type: 'boolean' },
      json: { type: 'boolean' },
      help: { type: 'boolean' },
      key: { type: 'string' },
      proof: { type: 'string' },
    },
    allowPositionals: true,
  });
  const [folder, more] = positionals;
  const isJson = values.json === true;
  const key = values.key === undefined ? null : parseNoteKey(values.key);
  if (values.help === true) {
    io.print(usage);
    return 0;
  }
  if (more !== undefined || (folder === undefined) === (values.proof === undefined)) {
    io.tell(usage);
    return 3;
  }
  if (values.key !== undefined && key === null) {
    io.tell(`--key ${values.key} is not a key; give it whole: loki/<log>/audit+<8 digits>+<base64>\n`);
    return 3;
  }
  if (values.proof !== undefined) return checkOneProof(values.proof, key, isJson, io);
  return await verifyFolder(folder ?? '.', { key, isJson, isStrict: values.strict === true }, io);
}

async function verifyFolder(
  given: string,
  { key, isJson, isStrict }: { readonly key: NoteKey | null; readonly isJson: boolean; readonly isStrict: boolean },
  { print }: StandaloneIo,
): Promise<number> {
  const inside = path.join(given, '.loki', 'audit');
  const folder = existsSync(inside) ? inside : given;
  const trustedKey = key === null ? null : printNoteKey(key);
  const knowledge = { heads: null, witnessKey: null, readNotes: null, trustedKey };
  const result = await orFailure(verifyKnown(folder, knowledge, { isStrict }));
  if (result instanceof Failure || 'kind' in result) {
    const error = result instanceof Failure ? result.message : `there is no audit log in ${folder}`;
    print(isJson ? json(noVerdict(error)) : `${visible(error)}\n`);
    return 3;
  }
  const lines = [...verdictLines(result, folder), ...keyLines(result.checkpoints.key, key !== null)];
  print(isJson ? json(result) : `${visible(lines.join('\n'))}\n`);
  return result.valid ? 0 : 1;
}

/** This program found the key beside the log: whoever rewrites a log can sign it with a key of his own. */
function keyLines(found: string | null, isKnown: boolean): readonly string[] {
  if (found === null) return [];
  if (isKnown) return ['The key that you gave leads to every signature.'];
  return [
    `The last key (${keyFingerprint(found)}) stands beside the log: ${found}`,
    'Compare it with the one that you know from somewhere else, or give that one with --key. Whoever rewrites a log can sign it with a key of his own.',
  ];
}

function checkOneProof(file: string, key: NoteKey | null, isJson: boolean, { print }: StandaloneIo): number {
  const check = checkProof(readFileSync(file === '-' ? 0 : file, 'utf8'), key);
  if (isJson) print(json(check));
  else if (check.kind === 'bad') print(`${visible(`NOT PROVED. ${check.problem}.`)}\n`);
  else {
    const compare = check.isKeyKnown
      ? 'The key that you gave leads to that signature.'
      : `The first key of the log, as the proof says: ${check.firstKey}\nCompare it with the one that you know from somewhere else, or give that one with --key. Whoever makes up a log can sign it with a key of his own.`;
    print(`${visible(`Proved. ${check.statement}.\n${compare}`)}\n`);
  }
  return check.kind === 'good' ? 0 : 1;
}

function json(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}
