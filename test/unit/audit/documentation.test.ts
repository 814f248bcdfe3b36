import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../storage/temporaryFolder.ts';
import { logFile, makeLog, readLog, writeLog } from './aLog.ts';
import { parse } from './theRecipe.ts';

const page = readFileSync(path.join(import.meta.dirname, '../../../docs/audit-format.md'), 'utf8');
const program = /```js\n(.*?)```/s.exec(page)?.[1] ?? '';
const shellLine = /`(head -n 8 [^`]*)`/.exec(page)?.[1] ?? '';

async function check(folder: string): Promise<string> {
  const script = path.join(folder, 'check.mjs');
  writeFileSync(script, program);
  return (await promisify(execFile)(process.execPath, [script, logFile(folder)])).stdout;
}

describe('the documentation', () => {
  test('has a program that accepts what Loki writes and prints the last hash', async () => {
    const folder = temporaryFolder();
    await makeLog(folder, 12);
    expect(await check(folder)).toBe(
      `12 entries, intact; the last hash is ${String(parse(readLog(folder)[11] ?? '')['hash'])}\n`,
    );
  });

  test('has a program that refuses a changed line', async () => {
    const folder = temporaryFolder();
    await makeLog(folder, 12);
    writeLog(folder, readLog(folder).with(7, (readLog(folder)[7] ?? '').replace('implementer', 'mallory')));
    await expect(check(folder)).rejects.toMatchObject({ stderr: expect.stringContaining('line 8') });
  });

  test.skipIf(process.platform === 'win32')('has a shell line that prints the hash of a line', async () => {
    const folder = temporaryFolder();
    await makeLog(folder, 9);
    const { stdout } = await promisify(execFile)('sh', ['-c', shellLine], { cwd: folder });
    expect(stdout.slice(0, 64)).toBe(parse(readLog(folder)[7] ?? '')['hash']);
  });
});
