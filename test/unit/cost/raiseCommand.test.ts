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
import type { RunEvent } from '#protocol/run';
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
function aPlace(project: string, managed = '', policies = ''): Place {
  const folder = aFolder();
  const [workspace, lokiHome] = [path.join(folder, 'workspace'), path.join(folder, 'home')];
  mkdirSync(path.join(workspace, '.loki'), { recursive: true });
  writeFileSync(path.join(workspace, '.loki', 'config.yaml'), project);
  if (policies !== '') writeFileSync(path.join(workspace, '.loki', 'policies.yaml'), policies);
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

it.each([
  ['--to', '-1', '"-1" is no amount of US dollars above 0, such as 7.50'],
  ['--to', '-.5', '"-.5" is no amount of US dollars above 0, such as 7.50'],
  ['--to', '$5', '"$5" is no amount of US dollars above 0, such as 7.50'],
  ['--tokens', '-5', '"-5" is no whole number of tokens above 0, such as 2000000'],
  ['--tokens', '1.5', '"1.5" is no whole number of tokens above 0, such as 2000000'],
])('loki cost raise %s %s says what is taken there', async (option, amount, message) => {
  await expect(aPlace('').run('raise', '--task', 't', option, amount)).rejects.toMatchObject({ message });
});

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
    const told: RunEvent[] = [];
    const hearing: Audience = { approver: nobody, tell: (event) => void told.push(event) };
    const resumed = await resumeRun(world, request, hearing, new AbortController().signal);
    expect(resumed.status).toBe('finished');
    // A task that stopped before it had spent anything says nothing of what is likely.
    expect(told[0]).toMatchObject({ limitUsd: 1.5, estimate: { likelyUsd: null, worstUsd: 1.5 } });
    expect(resumed.costUsd).toBeGreaterThan(paused.costUsd);
    expect(resumed.costUsd).toBeLessThanOrEqual(1.5);
    const log = readFileSync(path.join(workspace, '.loki/audit/audit.jsonl'), 'utf8');
    const raise = { what: 'cost_raise', where: taskId, why: 'the limit is raised from $0.02 to $1.50' };
    expect(log).toContain(JSON.stringify(raise).slice(1, -1));
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
    ['to less than nothing', 'cost: { max_per_day: 1 }\n', '', ['--day', '--to', '-1'], 'usage'],
    ['to infinity', 'cost: { max_per_day: 1 }\n', '', ['--day', '--to', 'Infinity'], 'usage'],
    ['to nothing said', 'cost: { max_per_day: 1 }\n', '', ['--day'], 'usage'],
    ['of nothing said', 'cost: { max_per_day: 1 }\n', '', ['--to', '5'], 'usage'],
    ['of two at once', 'cost: { max_per_day: 1 }\n', '', ['--day', '--month', '--to', '5'], 'usage'],
    [
      'an agent above the managed limit',
      'cost: { per_agent: { architect: { max_per_day: 1 } } }\n',
      'cost: { per_agent: { "*": { max_per_day: 2 } } }\n',
      ['--day', '--agent', 'architect', '--to', '2.01'],
      'raise_refused',
    ],
    [
      'tokens above the managed limit',
      'cost: { max_tokens_per_day: 1000 }\n',
      'cost: { max_tokens_per_day: 5000 }\n',
      ['--day', '--tokens', '5001'],
      'raise_refused',
    ],
    [
      'a group where nobody may',
      'cost: { per_swarm: { review: { max_per_day: 1 } } }\n',
      'cost: { may_be_raised: false }\n',
      ['--day', '--swarm', 'review', '--to', '2'],
      'raise_refused',
    ],
    ['a group without a limit', 'cost: { max_per_day: 1 }\n', '', ['--day', '--agent', 'x', '--to', '2'], 'usage'],
    [
      'all groups at once',
      'cost: { per_agent: { "*": { max_per_day: 1 } } }\n',
      '',
      ['--day', '--agent', '*', '--to', '2'],
      'usage',
    ],
    ['two groups', 'cost: { max_per_day: 1 }\n', '', ['--day', '--agent', 'a', '--swarm', 'b', '--to', '2'], 'usage'],
    ['tokens of a month', 'cost: { max_per_month: 1 }\n', '', ['--month', '--tokens', '5'], 'usage'],
    [
      'tokens of a group',
      'cost: { max_tokens_per_day: 9 }\n',
      '',
      ['--day', '--agent', 'a', '--tokens', '10'],
      'usage',
    ],
    ['tokens and money', 'cost: { max_per_day: 1 }\n', '', ['--day', '--to', '5', '--tokens', '5'], 'usage'],
    ['half a token', 'cost: { max_tokens_per_day: 9 }\n', '', ['--day', '--tokens', '10.5'], 'usage'],
    ['of a task that is not', 'cost: { max_per_task: 1 }\n', '', ['--task', 'task-x', '--to', '5'], 'run_unknown'],
  ])('does not raise %s', async (_name, project, managed, args, code) => {
    const { run } = aPlace(project, managed);
    await expect(run('raise', ...args)).rejects.toMatchObject({ code });
  });

  it.each<[string, string, string, RegExp]>([
    [
      'an agent',
      'cost: { per_agent: { "*": { max_per_task: 0.02 } } }\n',
      '',
      /limit of \$0\.02 for this task \(agent architect\).*to go on: loki (cost raise --task \S+ --agent architect --to [\d.]+)$/,
    ],
    [
      'tokens',
      'cost: { max_tokens_per_task: 9000 }\n',
      '',
      /budget of 9000 tokens for this task.*to go on: loki (cost raise --task \S+ --tokens \d+)$/,
    ],
    [
      'a policy',
      '',
      'resource: { max_tokens: 9000 }\n',
      /budget of 9000 tokens for this task.*to go on: loki (cost raise --task \S+ --tokens \d+)$/,
    ],
  ])('says what helps where the limit of %s stops a task, and that helps', async (_name, project, policies, says) => {
    const place = aPlace(project, '', policies);
    const paused = await start(place);
    expect(paused).toMatchObject({ status: 'paused', reason: expect.stringMatching(says) });
    const command = says.exec(paused.reason)?.[1] ?? '';
    const told = await place.run(...command.split(' ').slice(1), '--json');
    expect(JSON.parse(told)).toMatchObject({ window: 'task', key: paused.taskId });
    const { world, workspace } = place;
    const request = { workspace, runId: paused.runId ?? '', isTrusted: true };
    const resumed = await resumeRun(world, request, audience, new AbortController().signal);
    expect(resumed.tokens.output).toBeGreaterThan(paused.tokens.output);
  });

  it('raises a day up to the managed limit', async () => {
    const { run } = aPlace('cost: { max_per_day: 1 }\n', 'cost: { max_per_day: 5 }\n');
    expect(await run('raise', '--day', '--to', '5')).toMatch(
      /^The limit for the day \d{4}-\d\d-\d\d is raised from \$1\.00 to \$5\.00\./,
    );
    await expect(run('raise', '--day', '--to', '5')).rejects.toMatchObject({ code: 'usage' });
  });
});
