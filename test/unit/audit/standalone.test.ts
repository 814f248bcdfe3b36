import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { standalone } from '../../../build/standalone.mts';
import { printNoteKey } from '../../../server/src/audit/note/noteKey.ts';
import { printProof } from '../../../server/src/audit/proof/proofDocument.ts';
import { proveInclusion } from '../../../server/src/audit/proof/prove.ts';
import { temporaryFolder } from '../storage/temporaryFolder.ts';
import { aSigner, buildLog, withFile, type Files } from './signedLog.ts';
import { parse } from './theRecipe.ts';

const root = path.join(import.meta.dirname, '../../..');
const home = mkdtempSync(path.join(os.tmpdir(), 'loki-test-standalone-'));
const program = path.join(home, 'verify-audit.mjs');

beforeAll(async () => {
  await build({ ...standalone(root, '0.0.0'), entryPoints: ['server/src/verifyAudit.ts'], outfile: program });
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

async function run(...args: readonly string[]) {
  try {
    // Nothing of the environment: it must need neither a home nor a setting.
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [program, ...args], { env: {} });
    return { code: 0, printed: stdout, told: stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, printed: stdout, told: stderr };
  }
}

function folderOf(files: Files): string {
  const folder = temporaryFolder();
  for (const [name, bytes] of files) writeFileSync(path.join(folder, name), bytes);
  return folder;
}

const log = buildLog({ entries: 60, checkpoints: [20, 40, 60], rotations: [20], newKeys: [40] });
const [first = '', last = ''] = log.signers.map(({ key }) => printNoteKey(key));

describe('the verifier that stands alone', () => {
  test('is one file that anybody can read, with nothing but Node in it', () => {
    const text = readFileSync(program, 'utf8');
    const imported = [...text.matchAll(/^import .* from "([^"]+)";$/gm)].map((match) => match[1]);
    expect(imported.filter((name) => name?.startsWith('node:') !== true)).toEqual([]);
    expect(imported).not.toContain('node:sqlite');
    expect(text).not.toMatch(/\brequire\(|\bimport\(/);
    expect(text.split('\n').every((line) => line.length < 400)).toBe(true);
  });

  test('says what it found, and that the key must be compared', async () => {
    const { code, printed } = await run(folderOf(log.files));
    expect([code, printed]).toEqual([
      0,
      expect.stringMatching(/^Valid: the audit log is intact and complete \(60 entries\)/),
    ]);
    expect(printed).toContain(`stands beside the log: ${last}\n`);
    expect(printed).toContain('Compare it with the one that you know from somewhere else');
  });

  test('finds the folder in a project, and prints the result as JSON', async () => {
    const project = temporaryFolder();
    mkdirSync(path.join(project, '.loki/audit'), { recursive: true });
    for (const [name, bytes] of log.files) writeFileSync(path.join(project, '.loki/audit', name), bytes);
    const { code, printed } = await run(project, '--json', '--strict');
    expect([code, parse(printed)]).toEqual([
      0,
      expect.objectContaining({ valid: true, entries: 60, completeness: 'complete' }),
    ]);
  });

  test('compares with the key that it is given, the first or a later one', async () => {
    const folder = folderOf(log.files);
    for (const key of [first, last])
      expect(await run(folder, '--key', key)).toMatchObject({
        code: 0,
        printed: expect.stringContaining('The key that you gave'),
      });
    expect(await run(folder, '--key', printNoteKey(aSigner().key))).toMatchObject({
      code: 1,
      printed: expect.stringContaining('signed with another key'),
    });
    expect(await run(folder, '--key', 'x')).toMatchObject({ code: 3, told: expect.stringContaining('is not a key') });
  });

  test('ends with 1 where the log is not valid, and changes nothing', async () => {
    const folder = folderOf(withFile(log.files, 'audit-0.jsonl', null));
    expect(await run(folder)).toMatchObject({
      code: 1,
      printed: expect.stringContaining('NOT VALID: the audit log is not complete'),
    });
    expect(existsSync(path.join(folder, 'audit-0.jsonl'))).toBe(false);
  });

  test('ends with 3 where there is no log, or it is used wrongly', async () => {
    expect(await run(temporaryFolder())).toMatchObject({
      code: 3,
      printed: expect.stringContaining('there is no audit log'),
    });
    const folder = folderOf(log.files);
    rmSync(path.join(folder, 'audit.jsonl'));
    symlinkSync('/nowhere', path.join(folder, 'audit.jsonl'));
    const { code, printed } = await run(folder, '--json');
    expect([code, JSON.parse(printed)]).toMatchObject([3, { valid: false, brokenAt: null }]);
    for (const args of [[], ['a', 'b'], ['a', '--proof', 'b'], ['--nonsense', 'a'], ['--proof', '/nowhere']])
      expect(await run(...args)).toMatchObject({ code: 3, printed: '' });
    expect(await run('--help')).toMatchObject({ code: 0, printed: expect.stringContaining('--proof FILE') });
  });

  test('checks a proof without the log', async () => {
    const file = path.join(temporaryFolder(), 'proof.json');
    writeFileSync(file, printProof(await proveInclusion(folderOf(log.files), 7)));
    expect(await run('--proof', file, '--key', first)).toMatchObject({
      code: 0,
      printed: expect.stringMatching(/^Proved\. Entry 7 /),
    });
    expect(await run('--proof', file)).toMatchObject({ code: 0, printed: expect.stringContaining('Compare it') });
    expect(parse((await run('--proof', file, '--json')).printed)).toMatchObject({ kind: 'good' });
    writeFileSync(file, readFileSync(file, 'utf8').replace('src/file7.ts', 'src/file8.ts'));
    expect(await run('--proof', file)).toMatchObject({ code: 1, printed: expect.stringMatching(/^NOT PROVED\. /) });
  });
});
