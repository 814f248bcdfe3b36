import { spawn } from 'node:child_process';
import { existsSync, linkSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Action } from '#protocol/action';
import { nobody } from '../../server/src/gateway/approver.ts';
import { createPerform } from '../../server/src/gateway/perform.ts';
import { bubblewrapSandbox } from '../../server/src/sandbox/bubblewrapSandbox.ts';
import type { Performed } from '../../server/src/tools/perform.ts';
import { git } from '../../server/src/workspace/git.ts';
import { bubblewrap, hasBubblewrap } from '../bubblewrap.ts';
import { permitFor } from '../unit/permitFor.ts';
import { entries, implementer, policyOf } from '../unit/policy/fixtures.ts';
import { temporaryFolder } from '../unit/temporaryFolder.ts';
import { never } from './sandboxPlace.ts';

// What commands and tools do to one worktree together: links that change under a tool's hands, other names of denied
// files, and names that govern agents and did not exist before.

interface Place {
  readonly base: string;
  readonly workspace: string;
  readonly act: (action: Action) => Promise<Performed>;
}

async function layOut(): Promise<Place> {
  const base = await temporaryFolder({
    'outside/kept.txt': 'kept',
    'workspace/src/a.ts': 'a',
    'workspace/real/x.txt': 'x',
    'workspace/secrets/key': 'sk-decoy-key',
  });
  const workspace = path.join(base, 'workspace');
  const perform = createPerform({
    root: workspace,
    git: { git: git(workspace), prefix: '', baseCommit: 'HEAD', identity: { name: 'A', email: 'a@example.test' } },
    policy: policyOf({ deniedPaths: entries('secrets') }, { isConfined: true }),
    sandbox: bubblewrapSandbox({ program: bubblewrap, env: process.env }),
    dependencies: [],
    quarantine: path.join(base, 'quarantine'),
    approver: nobody,
  });
  return { base, workspace, act: async (action) => await perform(permitFor(action), implementer, never) };
}

describe('tools and links', () => {
  test('a folder that turns into a link and back is never written or read through', async () => {
    const { base, workspace, act } = await layOut();
    const flip = `
      const fs = require('fs');
      process.chdir(${JSON.stringify(workspace)});
      fs.symlinkSync('../outside', 'link');
      process.stdout.write('ready');
      for (;;) {
        fs.renameSync('real', 'aside'); fs.renameSync('link', 'real');
        fs.renameSync('real', 'link'); fs.renameSync('aside', 'real');
      }`;
    const child = spawn(process.execPath, ['-e', flip], { stdio: ['ignore', 'pipe', 'ignore'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    await new Promise((resolve) => child.stdout.once('data', resolve));
    const said: string[] = [];
    for (let round = 0; round < 150; round += 1) {
      for (const action of [
        { kind: 'file_write', path: 'real/new.txt', content: 'x' },
        { kind: 'file_read', path: 'real/kept.txt' },
        { kind: 'file_delete', path: 'real/kept.txt' },
      ] as const) {
        said.push((await act(action).catch(() => ({ text: '' }))).text);
      }
    }
    expect(readdirSync(path.join(base, 'outside'))).toEqual(['kept.txt']);
    expect(said.join('\n')).not.toMatch(/^kept$|\bkept\n/);
  });
});

describe.skipIf(!hasBubblewrap)('commands and names (needs the package bubblewrap)', () => {
  test('another name of a denied file is as invisible as the file', async () => {
    const { workspace, act } = await layOut();
    linkSync(path.join(workspace, 'secrets/key'), path.join(workspace, 'src/copy.txt'));
    const { text } = await act({ kind: 'command', command: 'cat src/copy.txt secrets/key; cat src/a.ts' });
    expect(text).not.toContain('sk-decoy');
    expect(text).toContain('a');
    expect(readFileSync(path.join(workspace, 'secrets/key'), 'utf8')).toBe('sk-decoy-key');
  });

  test('names that govern agents are set aside when a command makes them, whatever it makes', async () => {
    const { base, workspace, act } = await layOut();
    const lines = [
      'mkdir .claude && echo {} > .claude/settings.json',
      'echo {} > .mcp.json',
      'mkdir -p .vscode && echo {} > .vscode/tasks.json',
      'mkdir -p .git/hooks && echo x > .git/hooks/pre-commit',
      'mkdir -p src/.git && echo x > src/.git/config',
      'mkdir .LOKI && echo x > .LOKI/config.yaml',
      'ln -s /etc .cursor',
      'mkfifo .envrc',
      'mkdir .zed && chmod 000 .zed',
    ];
    const performed = await act({ kind: 'command', command: lines.join('\n') });
    expect(performed.kind).toBe('failed');
    const names = ['.LOKI', '.claude', '.cursor', '.envrc', '.git', '.mcp.json', '.vscode', '.zed', 'src/.git'];
    expect([...(performed.quarantined ?? [])].sort()).toEqual(names.sort());
    for (const name of names) expect(existsSync(path.join(workspace, name))).toBe(false);
    const kept = readdirSync(path.join(base, 'quarantine'), { recursive: true }).map(String);
    expect(kept.some((name) => name.endsWith('.claude/settings.json'))).toBe(true);
  });
});
