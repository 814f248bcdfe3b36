import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../storage/temporaryFolder.ts';
import { makeLog, readLog, writeLog } from './aLog.ts';
import { parse } from './theRecipe.ts';
import { buildLog, bytesOf, linesOf, withFile, type Files } from './signedLog.ts';
import { printNoteKey } from '../../../server/src/audit/note/noteKey.ts';

const page = readFileSync(path.join(import.meta.dirname, '../../../docs/audit-format.md'), 'utf8');
const program = /```js\n(.*?)```/s.exec(page)?.[1] ?? '';
const shellLine = /`(head -n 8 [^`]*)`/.exec(page)?.[1] ?? '';

async function check(folder: string): Promise<string> {
  const script = path.join(folder, 'check.mjs');
  writeFileSync(script, program);
  return (await promisify(execFile)(process.execPath, [script, folder])).stdout;
}

/** A folder with the files of a log that was built in memory. */
function folderOf(files: Files): string {
  const folder = temporaryFolder();
  for (const [name, bytes] of files) writeFileSync(path.join(folder, name), bytes);
  return folder;
}

describe('the documentation', () => {
  test('has a program that accepts what Loki writes and prints the last hash', async () => {
    const folder = temporaryFolder();
    await makeLog(folder, 12);
    expect(await check(folder)).toBe(
      `12 entries, intact; the last hash is ${String(parse(readLog(folder)[11] ?? '')['hash'])}\nnot signed\n`,
    );
  });

  test('has a program that refuses a changed line', async () => {
    const folder = temporaryFolder();
    await makeLog(folder, 12);
    writeLog(folder, readLog(folder).with(7, (readLog(folder)[7] ?? '').replace('implementer', 'mallory')));
    await expect(check(folder)).rejects.toMatchObject({ stderr: expect.stringContaining('entry 7') });
  });

  test('has a program that goes through several files, keys and what was deleted', async () => {
    const recipe = { entries: 100, checkpoints: [20, 40, 60, 80, 100], rotations: [40, 60], newKeys: [50] };
    const log = buildLog(recipe);
    const [key] = log.signers.map((signer) => printNoteKey(signer.key));
    const words = `intact; the last hash is ${log.hashAt(100)}\nsigned up to 100 entries; the first key is `;
    expect(await check(folderOf(log.files))).toBe(`100 entries, ${words}${key}\n`);
    const pruned = buildLog({ ...recipe, pruned: 40, signers: log.signers });
    expect(await check(folderOf(pruned.files))).toBe(`60 entries, ${words}${key}\n`);
  });

  test.each<[string, string, (files: Files) => Files]>([
    [
      'a cut end',
      'entries 99 to 99 are missing',
      (files) => withFile(files, 'audit.jsonl', bytesOf(linesOf(files).slice(0, -1))),
    ],
    ['a missing file', 'entry 40', (files) => withFile(files, 'audit-0.jsonl', null)],
    [
      'a rewritten log',
      'not the one that was signed',
      (files) => {
        const forged = buildLog({ entries: 100, rotations: [40], content: () => ({ who: 'x' }) });
        return new Map([...forged.files, ['audit.checkpoints', files.get('audit.checkpoints') ?? Buffer.alloc(0)]]);
      },
    ],
    [
      'a signature of somebody else',
      'the signature at 100 entries',
      (files) => {
        const own = linesOf(files, 'audit.checkpoints');
        const other = linesOf(buildLog({ entries: 100, checkpoints: [100] }).files, 'audit.checkpoints');
        return withFile(files, 'audit.checkpoints', bytesOf([...own.slice(0, -1), ...other.slice(-1)]));
      },
    ],
  ])('has a program that refuses %s', async (_what, error, tamper) => {
    const { files } = buildLog({ entries: 100, checkpoints: [100], rotations: [40] });
    await expect(check(folderOf(tamper(files)))).rejects.toMatchObject({ stderr: expect.stringContaining(error) });
  });

  test.skipIf(process.platform === 'win32')('has a shell line that prints the hash of a line', async () => {
    const folder = temporaryFolder();
    await makeLog(folder, 9);
    const { stdout } = await promisify(execFile)('sh', ['-c', shellLine], { cwd: folder });
    expect(stdout.slice(0, 64)).toBe(parse(readLog(folder)[7] ?? '')['hash']);
  });
});
