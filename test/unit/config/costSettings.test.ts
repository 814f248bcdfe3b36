import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../server/src/config/loadConfig.ts';
import { noPeriodLimits } from '../../../server/src/cost/limits.ts';
import { aFolder } from '../cost/aLedger.ts';

interface Files {
  readonly managed?: string;
  readonly user?: string;
  readonly project?: string;
}

async function load({ managed, user, project }: Files) {
  const folder = aFolder();
  const [workspace, lokiHome] = [path.join(folder, 'workspace'), path.join(folder, 'home')];
  mkdirSync(path.join(workspace, '.loki'), { recursive: true });
  mkdirSync(lokiHome);
  const managedFile = path.join(folder, 'managed.yaml');
  if (managed !== undefined) writeFileSync(managedFile, managed);
  if (user !== undefined) writeFileSync(path.join(lokiHome, 'config.yaml'), user);
  if (project !== undefined) writeFileSync(path.join(workspace, '.loki', 'config.yaml'), project);
  const env = managed === undefined ? {} : { LOKI_MANAGED_CONFIG: managedFile };
  return await loadConfig({ workspace, env, lokiHome });
}

describe('limits of groups', () => {
  it('take the strictest of all tiers, each for its own window', async () => {
    const { cost } = await load({
      managed: 'cost: { per_agent: { security_auditor: { max_per_day: 3 } } }\n',
      user: 'cost:\n  per_agent: { security_auditor: { max_per_day: 2, max_per_task: 1 } }\n',
      project: 'cost: { per_agent: { security_auditor: { max_per_day: 9 }, "*": { max_per_month: 50 } } }\n',
    });
    expect(cost.groups).toEqual([
      {
        group: { kind: 'agent', name: '*' },
        maxPerTask: null,
        maxPerDay: null,
        maxPerMonth: 50_000_000,
        ceilings: noPeriodLimits,
      },
      {
        group: { kind: 'agent', name: 'security_auditor' },
        maxPerTask: 1_000_000,
        maxPerDay: 2_000_000,
        maxPerMonth: null,
        ceilings: { ...noPeriodLimits, maxPerDay: 3_000_000 },
      },
    ]);
  });

  it('can be of agents, swarms, providers, projects, users and an organisation', async () => {
    const { cost, accounting } = await load({
      user: [
        'cost:',
        '  organisation: acme',
        '  per_swarm: { review: { max_per_day: 1 } }',
        '  per_provider: { openai: { max_per_month: 10 } }',
        '  per_project: { /home/dev/shop: { max_per_day: 4 } }',
        '  per_user: { dev: { max_per_day: 5 } }',
        '  per_organisation: { acme: { max_per_month: 100 } }',
        '',
      ].join('\n'),
    });
    expect(cost.groups.map(({ group }) => `${group.kind} ${group.name}`)).toEqual([
      'swarm review',
      'provider openai',
      'project /home/dev/shop',
      'user dev',
      'organisation acme',
    ]);
    expect(accounting.organisation).toBe('acme');
  });
});

describe('raising', () => {
  it('goes as far as the managed limit, where there is one', async () => {
    const { cost, accounting } = await load({
      managed: 'cost: { max_per_task: 10 }\n',
      project: 'cost: { max_per_task: 2, max_per_day: 5 }\n',
    });
    expect(accounting.mayBeRaised).toBe(true);
    expect(cost.ceilings).toMatchObject({ maxPerTask: 10_000_000, maxPerDay: null, maxPerMonth: null });
  });

  it('goes nowhere where the managed configuration forbids it: every limit is its own ceiling', async () => {
    const { cost, accounting } = await load({
      managed: 'cost: { may_be_raised: false }\n',
      project: 'cost: { max_per_task: 2 }\n',
    });
    expect(accounting.mayBeRaised).toBe(false);
    expect(cost.ceilings.maxPerTask).toBe(2_000_000);
  });
});

describe('a cost section that cannot be meant', () => {
  it.each<[string, Files, string]>([
    ['a limit of nothing', { project: 'cost: { per_agent: { a: { max_per_day: 0 } } }\n' }, 'positive number'],
    ['a limit below zero', { project: 'cost: { per_user: { a: { max_per_day: -1 } } }\n' }, 'positive number'],
    ['a limit that is no number', { project: 'cost: { per_user: { a: { max_per_day: five } } }\n' }, 'positive number'],
    [
      'a limit that is not a number',
      { project: 'cost: { per_user: { a: { max_per_day: .nan } } }\n' },
      'cost.per_user',
    ],
    [
      'a limit that rounds to nothing',
      { project: 'cost: { per_agent: { a: { max_per_day: 0.0000001 } } }\n' },
      'between',
    ],
    ['a group without a limit', { project: 'cost: { per_agent: { a: {} } }\n' }, 'must set max_per_task'],
    ['a misspelt limit', { project: 'cost: { per_agent: { a: { max_a_day: 1 } } }\n' }, 'unknown key "max_a_day"'],
    ['a misspelt group', { project: 'cost: { per_agents: { a: { max_per_day: 1 } } }\n' }, 'unknown key "per_agents"'],
    ['no tokens', { project: 'cost: { max_tokens_per_task: 0 }\n' }, 'whole number of tokens'],
    ['a part of a token', { project: 'cost: { max_tokens_per_day: 1.5 }\n' }, 'whole number of tokens'],
    ['no time zone', { project: 'cost: { time_zone: Mars/Olympus }\n' }, 'time zone'],
    ['raising allowed by a project', { project: 'cost: { may_be_raised: true }\n' }, 'managed configuration only'],
    ['no address', { project: 'cost: { alerts: { webhook: "ftp://x" } }\n' }, 'http or https'],
  ])('is refused: %s', async (_name, files, message) => {
    await expect(load(files)).rejects.toMatchObject({
      code: 'config_invalid',
      message: expect.stringContaining(message),
    });
  });

  it('asks before a project sends alerts anywhere', async () => {
    const { confirmations } = await load({ project: 'cost: { alerts: { webhook: "https://example.test/x" } }\n' });
    expect(confirmations.map(({ key }) => key)).toEqual(['cost.alerts.webhook']);
  });
});
