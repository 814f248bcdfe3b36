import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CliContext } from '../../../server/src/cli/command.ts';
import { costCommand } from '../../../server/src/cli/cost.ts';
import { withRaise } from '../../../server/src/cli/raise.ts';
import { systemClock } from '../../../server/src/base/clock.ts';
import { startRun } from '../../../server/src/runs/startRun.ts';
import { resumeRun } from '../../../server/src/runs/resumeRun.ts';
import type { Audience, World } from '../../../server/src/runs/world.ts';
import { nobody } from '../../../server/src/gateway/approver.ts';
import { aFolder } from './aLedger.ts';

const root = path.join(import.meta.dirname, '../../..');

interface Place {
  readonly world: World;
  readonly workspace: string;
  readonly run: (...args: readonly string[]) => Promise<string>;
}

/** A repository with a limit that a demo run meets, and the command as it runs there. */
function aPlace(project: string, managed = ''): Place {
  const folder = aFolder();
  const [workspace, lokiHome] = [path.join(folder, 'workspace'), path.join(folder, 'home')];
  mkdirSync(path.join(workspace, '.loki'), { recursive: true });
  writeFileSync(path.join(workspace, '.loki', 'config.yaml'), project);
  writeFileSync(path.join(folder, 'managed.yaml'), managed);
  writeFileSync(path.join(workspace, 'package.json'), '{"name":"x","scripts":{"test":"true"}}\n');
  for (const args of [
    ['init', '-q'],
    ['add', '.'],
    ['-c', 'user.name=t', '-c', 'user.email=t@t.test', 'commit', '-qm', 'start'],
  ]) {
    execFileSync('git', args, { cwd: workspace });
  }
  const env = { ...process.env, LOKI_HOME: lokiHome, LOKI_MANAGED_CONFIG: path.join(folder, 'managed.yaml') };
  const world: World = {
    env,
    lokiHome,
    assetsFolder: path.join(root, 'server/assets'),
    rosterFolder: path.join(root, 'server/src/agents/roster'),
    clock: systemClock,
    person: 'os:dev',
    demoPaceMs: 0,
  };
  const command = withRaise(costCommand, world);
  return {
    world,
    workspace,
    run: async (...args) => {
      let output = '';
      const ctx: CliContext = {
        env,
        cwd: workspace,
        stdin: process.stdin,
        print: (text) => {
          output += text;
        },
        tell: () => undefined,
        isInteractive: false,
        printsToTerminal: false,
        signal: new AbortController().signal,
      };
      expect(await command.run(args, ctx)).toBe(0);
      return output;
    },
  };
}

const audience: Audience = { approver: nobody, tell: () => undefined };

async function start({ world, workspace }: Place) {
  const request = { workspace, task: 'Add a greeting', provider: 'demo', includeChanges: false, isTrusted: true };
  return await startRun(world, request, audience, new AbortController().signal);
}

describe('loki cost raise', { timeout: 60_000 }, () => {
  it('lets a paused task go on where it stopped, up to the new limit, and is recorded', async () => {
    const place = aPlace('cost: { max_per_task: 0.02 }\n');
    const paused = await start(place);
    expect(paused).toMatchObject({ status: 'paused', reason: expect.stringContaining('The limit of $0.02') });
    const { runId, taskId } = paused;
    const raised = await place.run('raise', '--task', taskId ?? '', '--to', '1.50', '--json');
    expect(JSON.parse(raised)).toEqual({ window: 'task', key: taskId, fromUsd: 0.02, toUsd: 1.5 });
    const { world, workspace } = place;
    const request = { workspace, runId: runId ?? '', isTrusted: true };
    const resumed = await resumeRun(world, request, audience, new AbortController().signal);
    expect(resumed.status).toBe('finished');
    expect(resumed.costUsd).toBeGreaterThan(paused.costUsd);
    expect(resumed.costUsd).toBeLessThanOrEqual(1.5);
    const log = readFileSync(path.join(workspace, '.loki/audit/audit.jsonl'), 'utf8');
    expect(log).toMatch(/"what":"cost_raise".*"stage":"intent"/);
    expect(log).toMatch(/"what":"cost_raise".*"result":"done"/);
  });

  it.each<[string, string, string, readonly string[], string]>([
    [
      'above the managed limit',
      'cost: { max_per_day: 1 }\n',
      'cost: { max_per_day: 5 }\n',
      ['--day', '--to', '5.01'],
      'raise_refused',
    ],
    [
      'where nobody may',
      'cost: { max_per_day: 1 }\n',
      'cost: { may_be_raised: false }\n',
      ['--day', '--to', '2'],
      'raise_refused',
    ],
    ['to less than it is', 'cost: { max_per_month: 9 }\n', '', ['--month', '--to', '8'], 'usage'],
    ['where none is set', '', '', ['--day', '--to', '8'], 'usage'],
    ['to no amount', 'cost: { max_per_day: 1 }\n', '', ['--day', '--to', 'abc'], 'usage'],
    ['to infinity', 'cost: { max_per_day: 1 }\n', '', ['--day', '--to', 'Infinity'], 'usage'],
    ['to nothing said', 'cost: { max_per_day: 1 }\n', '', ['--day'], 'usage'],
    ['of nothing said', 'cost: { max_per_day: 1 }\n', '', ['--to', '5'], 'usage'],
    ['of two at once', 'cost: { max_per_day: 1 }\n', '', ['--day', '--month', '--to', '5'], 'usage'],
    ['of a task that is not', 'cost: { max_per_task: 1 }\n', '', ['--task', 'task-x', '--to', '5'], 'run_unknown'],
  ])('does not raise %s', async (_name, project, managed, args, code) => {
    const { run } = aPlace(project, managed);
    await expect(run('raise', ...args)).rejects.toMatchObject({ code });
  });

  it('raises a day up to the managed limit', async () => {
    const { run } = aPlace('cost: { max_per_day: 1 }\n', 'cost: { max_per_day: 5 }\n');
    expect(await run('raise', '--day', '--to', '5')).toMatch(
      /^The limit for the day \d{4}-\d\d-\d\d is raised from \$1\.00 to \$5\.00\./,
    );
    await expect(run('raise', '--day', '--to', '5')).rejects.toMatchObject({ code: 'usage' });
  });
});
