import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { expect, test } from 'vitest';
import { systemClock } from '../../../server/src/base/clock.ts';
import { loadConfig } from '../../../server/src/config/loadConfig.ts';
import { nobody } from '../../../server/src/gateway/approver.ts';
import { openCheckoutCommands } from '../../../server/src/runs/checkoutCommands.ts';
import { openAudit } from '../../../server/src/runs/openAudit.ts';
import { verifyWorkspace } from '../../../server/src/runs/verifyWorkspace.ts';
import type { World } from '../../../server/src/runs/world.ts';
import { isWrittenMeanwhile } from '../../../server/src/runs/writtenMeanwhile.ts';
import { noAnchors } from '../../../server/src/audit/anchor/settings.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

const root = path.join(import.meta.dirname, '../../..');

test('what is recorded and committed while a gate works on the checkout stays', { timeout: 60_000 }, async () => {
  const workspace = await temporaryFolder({
    'package.json': '{"scripts":{"test":"sleep 1"}}\n',
    '.loki/config.yaml': 'cost: { max_per_task: 5 }\n',
  });
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t.test', ...args], {
      cwd: workspace,
      encoding: 'utf8',
    });
  git('init', '-q');
  git('add', '.');
  git('commit', '-qm', 'start');
  const lokiHome = await temporaryFolder();
  const world: World = {
    env: { ...process.env, LOKI_HOME: lokiHome },
    lokiHome,
    assetsFolder: path.join(root, 'server/assets'),
    rosterFolder: path.join(root, 'server/src/agents/roster'),
    clock: systemClock,
    person: 'os:dev',
    demoPaceMs: 0,
  };
  const commands = await openCheckoutCommands(world, workspace, nobody);
  const config = await loadConfig({ workspace, env: world.env, lokiHome });
  const running = commands.run('npm test', new AbortController().signal);
  const { log } = await openAudit(world, workspace, config);
  await log.append({ who: 'os:dev', what: 'test', where: null, why: null, metadata: {} });
  await log.close();
  git('commit', '-qm', 'meanwhile', '--allow-empty');
  expect(await running).toMatchObject({ kind: 'exited', exitCode: 0 });
  await commands.close();
  expect(git('log', '-1', '--format=%s').trim()).toBe('meanwhile');
  const verified = await verifyWorkspace({
    workspace,
    lokiHome,
    folder: path.join(workspace, config.auditFolder),
    anchors: noAnchors,
  });
  expect(verified).toMatchObject({ valid: true });
});

test.each([
  ['.loki/audit/audit.jsonl', true, true],
  ['.loki/runs/run-1/run.json', false, true],
  ['.loki', true, false],
  ['.loki/config.yaml', true, false],
  ['.loki/residency.json', false, false],
  ['.loki/audit-of-others', false, false],
  ['.loki/agents/a.md', true, false],
  ['.loki/gates/default.conf', true, false],
  ['.git/refs/heads/main', true, true],
  ['.git/hooks/pre-commit', false, false],
  ['sub/.git', true, false],
  ['sub/.loki/audit/audit.jsonl', true, false],
  ['.vscode/settings.json', true, false],
])('%s, with a sandbox %s, is written meanwhile: %s', (name, isConfined, expected) => {
  expect(isWrittenMeanwhile(name, { isConfined, auditFolder: '.loki/audit' })).toBe(expected);
});
