import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { auditList } from '#protocol/audit';
import { gateRead } from '#protocol/gate';
import { runChanges, runEvents, runList } from '#protocol/task';
import type { CliContext } from '../../server/src/cli/command.ts';
import { makeRunCommand } from '../../server/src/cli/run.ts';
import { testWorld } from '../scenario/play.ts';
import { temporaryFolder } from '../unit/temporaryFolder.ts';
import { openEdge, repository, resultOf, startScenario } from '../unit/lsp/edge.ts';

// One secret, planted wherever an agent, a command or a person could bring it in: after a whole run it is in nothing that
// was written, shown or sent. The project's own file, which has it from the start, is not Loki's to change.

// Keeps it from being taken for a leak of a real one.
const cut = '';
const secret = `ghp${cut}_q7Zp2Lk9Wd4Xs8Vn3Rb6Tf1Yh5Mc0Jg7Qw2E`;
const planted = {
  'settings.txt': `name = x\ntoken = ${secret}\n`,
  // A test whose failure tells the secret.
  'leak.test.js': `import test from 'node:test'; test('ok', () => { throw new Error(${JSON.stringify(secret)}); });\n`,
};
const everything = { run: null, agent: null, decision: null, text: null };
const scenario = path.join(import.meta.dirname, '../unit/lsp/scenarios/planted.yaml');

const cycles = (most: number) => ({ '.loki/config.yaml': `run: { max_cycles: ${most} }\n` });

/** Every file below a folder that has the secret in its text or in its name. */
async function filesWith(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries) {
    const file = path.join(entry.parentPath, entry.name);
    if (file.includes(secret)) found.push(file);
    else if (entry.isFile() && (await readFile(file)).includes(secret)) found.push(file);
  }
  return found.map((file) => path.relative(folder, file)).filter((file) => !(file in planted));
}

/** Of a worktree the project's own files are the agent's to work with. */
const isNoProject = (file: string): boolean =>
  !Object.keys(planted).some((name) => file.endsWith(`/${name}`)) && !file.startsWith('.git/');

describe('a planted secret', () => {
  test('is in nothing that a run in the editor writes, shows or sends', async () => {
    const workspace = await repository({ ...planted, ...cycles(2) });
    const { editor, lokiHome } = await openEdge(workspace);
    const runId = await startScenario(editor, workspace, 'planted', `Do not tell ${secret} to anybody`);
    const { result } = await resultOf(editor, runId);
    expect(result?.status).toBe('finished');
    const asked = await Promise.all([
      editor.ask(runEvents, { workspace, runId, after: 0 }),
      editor.ask(runList, { workspace }),
      editor.ask(runChanges, { workspace, runId }),
      editor.ask(gateRead, { workspace }),
      editor.ask(auditList, { workspace, filter: everything, offset: 0, limit: 200 }),
    ]);
    const told = JSON.stringify([editor.changes, editor.logged, [...editor.diagnostics], asked]);
    expect(told).toContain('redacted:github-token');
    expect(told).not.toContain(secret);
    expect((await filesWith(workspace)).filter(isNoProject)).toEqual([]);
    expect((await filesWith(lokiHome)).filter(isNoProject)).toEqual([]);
  });

  test.each([['--json'], []])('is in nothing that a run in the terminal prints or writes (%s)', async (...args) => {
    const workspace = await repository({ ...planted, ...cycles(1) });
    const lokiHome = await temporaryFolder();
    let out = '';
    const ctx: CliContext = {
      env: {},
      cwd: workspace,
      stdin: new PassThrough() as unknown as NodeJS.ReadStream, // Never read.
      print: (text) => (out += text),
      tell: (text) => (out += text),
      isInteractive: false,
      printsToTerminal: false,
      signal: new AbortController().signal,
    };
    const task = `Do not tell ${secret} to anybody`;
    const wish = ['--provider', 'demo', '--scenario', scenario, ...args];
    await makeRunCommand(testWorld(lokiHome)).run([task, ...wish], ctx);
    expect(out).not.toBe('');
    expect(out).not.toContain(secret);
    expect((await filesWith(workspace)).filter(isNoProject)).toEqual([]);
    expect((await filesWith(lokiHome)).filter(isNoProject)).toEqual([]);
  });
});
