import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { bubblewrapSandbox } from '../../server/src/sandbox/bubblewrapSandbox.ts';
import type { CommandOutcome, Enclosure } from '../../server/src/sandbox/confinement.ts';
import { bubblewrap } from '../bubblewrap.ts';
import { permitFor } from '../unit/permitFor.ts';
import { temporaryFolder } from '../unit/temporaryFolder.ts';

// A machine to break out of: a main checkout, a worktree with denied and protected paths, and a file beside them.

export const never: AbortSignal = new AbortController().signal;

/** The sandbox under attack; Loki's own environment has a key in it. */
export const sandbox = bubblewrapSandbox({
  program: bubblewrap,
  env: { ...process.env, ANTHROPIC_API_KEY: 'sk-ant-secret', LOKI_HOME: '/nowhere' },
});

export interface Place {
  readonly root: string;
  readonly workspace: string;
  readonly enclosure: Enclosure;
}

export async function layOut(): Promise<Place> {
  const root = await temporaryFolder({
    marker: 'marker\n',
    'main/.git/config': '[core]\n',
    'main/node_modules/dep/index.js': 'module.exports = require("@scope/other");\n',
    'main/node_modules/@scope/other/index.js': 'module.exports = "found";\n',
    'workspace/.git': '',
    'workspace/a.txt': 'a\n',
    'workspace/secrets/key': 'secret\n',
    'workspace/config/secret.env': 'secret\n',
    'workspace/.vscode/settings.json': '{}\n',
  });
  const workspace = path.join(root, 'workspace');
  mkdirSync(path.join(root, 'main/.git/worktrees/run'), { recursive: true });
  writeFileSync(path.join(workspace, '.git'), `gitdir: ${root}/main/.git/worktrees/run\n`);
  const enclosure = {
    workspace,
    hidden: ['secrets', 'config/secret.env'],
    readOnly: ['.vscode'],
    dependencies: [{ from: path.join(root, 'main/node_modules'), at: path.join(workspace, 'node_modules') }],
    network: null,
  };
  return { root, workspace, enclosure };
}

export async function run(
  place: Place,
  command: string,
  more: { cwd?: string; env?: Record<string, string> } = {},
): Promise<CommandOutcome> {
  return await sandbox.run(permitFor({ kind: 'command', command, timeoutMs: 20_000, ...more }), place.enclosure, never);
}

/** Runs lines one after the other in one sandbox; each must fail. Returns all they said. */
export async function checkAllFail(place: Place, commands: readonly string[]): Promise<string> {
  const script = commands.map((command, index) => `( ${command} ) && echo "SUCCEEDED ${index}"`).join('\n');
  const outcome = await run(place, `${script}\necho tried`);
  expect(outcome.kind).toBe('exited');
  const output = outcome.kind === 'exited' ? outcome.output : '';
  const succeeded = commands.filter((_, index) => output.includes(`SUCCEEDED ${index}\n`));
  expect(succeeded).toEqual([]);
  expect(output).toContain('tried\n');
  return output;
}

export async function outputOf(place: Place, command: string): Promise<string> {
  const outcome = await run(place, command);
  expect(outcome).toMatchObject({ kind: 'exited', exitCode: 0 });
  return outcome.kind === 'exited' ? outcome.output : '';
}
