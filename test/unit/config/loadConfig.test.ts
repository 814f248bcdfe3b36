import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Config } from '../../../server/src/config/config.ts';
import { loadConfig } from '../../../server/src/config/loadConfig.ts';
import { Failure } from '../../../server/src/base/failure.ts';
import { noPeriodLimits } from '../../../server/src/cost/limits.ts';
import { noLimits } from '../cost/aRequest.ts';

let base: string;
let workspace: string;
let home: string;

beforeEach(async () => {
  base = await realpath(await mkdtemp(path.join(os.tmpdir(), 'loki-config-')));
  workspace = path.join(base, 'workspace');
  home = path.join(base, 'home');
  await mkdir(path.join(workspace, '.loki'), { recursive: true });
  await mkdir(home);
});
afterEach(async () => {
  await rm(base, { recursive: true, force: true });
});

interface Given {
  readonly project?: string;
  readonly json?: string;
  readonly user?: string;
  readonly managed?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly isTrusted?: boolean;
}

async function load({ project, json, user, managed, env = {}, isTrusted = true }: Given): Promise<Config> {
  const write = async (file: string, text: string | undefined) => {
    if (text !== undefined) await writeFile(path.join(base, file), text);
  };
  await write('workspace/.loki/config.yaml', project);
  await write('workspace/.loki/config.json', json);
  await write('home/config.yaml', user);
  await write('managed.yaml', managed);
  const named = managed === undefined ? {} : { LOKI_MANAGED_CONFIG: path.join(base, 'managed.yaml') };
  return await loadConfig({ workspace, env: { ...env, ...named }, lokiHome: home, isTrusted });
}

async function failureOf(given: Given): Promise<string> {
  try {
    await load(given);
  } catch (error) {
    if (error instanceof Failure) return `${error.code} ${error.message.replaceAll(base, '')}`;
    throw error;
  }
  return 'no failure';
}

const texts = (lists: readonly (readonly { readonly text: string }[])[]) =>
  lists.map((list) => list.map((entry) => entry.text));

describe('a configuration that is not there', () => {
  it('has the defaults', async () => {
    const config = await load({});
    expect({ ...config, hash: null, policy: null }).toEqual({
      hash: null,
      policy: null,
      files: [],
      confirmations: [],
      cost: { ...noLimits, ceilings: { ...noPeriodLimits, maxTokensPerTask: null, maxTokensPerDay: null } },
      accounting: { timeZone: null, organisation: null, mayBeRaised: true, webhook: null, mail: null },
      models: {
        provider: null,
        tiers: {},
        providers: {},
        prices: {},
        failover: [],
        pins: [],
      },
      gates: { profile: null, testCommand: null },
      run: { maxCycles: 3 },
      workspaceSetup: null,
      auditFolder: '.loki/audit',
      commitPersonal: false,
      hidesPersonal: false,
      auditRetention: { maxSizeMb: 10, maxFiles: null, maxDays: null },
      auditSwitch: { isUnwanted: false, mayBeDisabled: false },
      auditAnchors: { gitNote: null, syslog: null, witness: null, everyMinutes: 10 },
      services: [],
      serviceProblems: [],
    });
    expect((await load({ project: '# nothing yet\n' })).hash).toBe(config.hash);
  });
});

describe('errors', () => {
  const cases: readonly (readonly [what: string, given: Given, place: string])[] = [
    ['an unknown section', { project: 'scop: {}\n' }, '.loki/config.yaml:1:1: unknown key "scop"'],
    [
      'an unknown key',
      { project: 'scope:\n  alowed_paths: [src]\n' },
      '.loki/config.yaml:2:3: unknown key "alowed_paths" in scope',
    ],
    [
      'a wrong type',
      { project: 'scope:\n  denied_paths: secrets\n' },
      '.loki/config.yaml:2:17: scope.denied_paths: must be a list, such as [src/, docs/]',
    ],
    [
      'a wrong entry',
      { project: 'scope:\n  denied_paths:\n    - a\n    - 7\n' },
      '.loki/config.yaml:4:7: scope.denied_paths[1]: must be text, in quotes',
    ],
    [
      'a key that stands twice',
      { project: 'cost:\n  max_per_day: 1\n  max_per_day: 2\n' },
      '.loki/config.yaml:3:3: this key stands twice',
    ],
    ['broken YAML', { project: 'scope:\n  denied_paths: [a\ncost: 1\n' }, '.loki/config.yaml:3:1: '],
    ['two documents', { project: 'run: {}\n---\nrun: {}\n' }, '.loki/config.yaml:2:1: '],
    [
      'an alias',
      { project: 'scope:\n  denied_paths: &a [x]\n  allowed_paths: *a\n' },
      '.loki/config.yaml:2:20: anchors and aliases',
    ],
    [
      'an empty section',
      { project: 'scope:\n' },
      '.loki/config.yaml:1:7: scope: must hold keys with values, or be left out',
    ],
    [
      'money that is no number',
      { project: 'cost: { max_per_task: abc }\n' },
      '.loki/config.yaml:1:23: cost.max_per_task: must be a positive number of US dollars, such as 5.00',
    ],
    [
      'money that is not positive',
      { project: 'cost: { max_per_task: 0 }\n' },
      '.loki/config.yaml:1:23: cost.max_per_task: must be a positive',
    ],
    [
      'money that is infinite',
      { project: 'cost: { max_per_task: .inf }\n' },
      '.loki/config.yaml:1:23: cost.max_per_task: ',
    ],
    [
      'money too small to count',
      { project: 'cost: { max_per_task: 0.00000001 }\n' },
      '.loki/config.yaml:1: cost.max_per_task must be between',
    ],
    [
      'a threshold above one',
      { project: 'cost: { alert_threshold: 80 }\n' },
      '.loki/config.yaml:1:26: cost.alert_threshold: must be a share',
    ],
    [
      'a path that climbs',
      { project: 'scope: { denied_paths: [../x] }\n' },
      '.loki/config.yaml:1:25: scope.denied_paths[0]: must be a path',
    ],
    [
      'an audit folder elsewhere',
      { project: 'audit: { folder: .loki/../x }\n' },
      '.loki/config.yaml:1:18: audit.folder: must be',
    ],
    [
      'an audit folder outside .loki',
      { project: 'audit: { folder: logs }\n' },
      '.loki/config.yaml:1:18: audit.folder: must be a folder inside .loki/',
    ],
    [
      'a host with a scheme',
      { project: 'scope: { allowed_hosts: ["https://x.org/"] }\n' },
      '.loki/config.yaml:1:26: scope.allowed_hosts[0]: must be a host',
    ],
    [
      'a name that is a prototype',
      { project: 'scope: { agents: { __proto__: { denied_paths: [a] } } }\n' },
      '.loki/config.yaml:1:20: "__proto__" cannot be a name',
    ],
    ['the user file', { user: 'run: { max_cycles: 0 }\n' }, 'config.yaml:1:20: run.max_cycles: '],
    ['broken JSON', { json: '{ "run": { "max_cycles": 2 }, }' }, '.loki/config.json:1:31: '],
    ['YAML in a JSON file', { json: 'run: { max_cycles: 2 }' }, '.loki/config.json:1:1: '],
    ['both files', { project: '', json: '{}' }, 'stands beside config.yaml; keep one of the two'],
    [
      'money from the environment',
      { env: { COST_MAX_PER_TASK: 'abc' } },
      'COST_MAX_PER_TASK: the environment variable is not a positive amount of US dollars',
    ],
    [
      'an empty variable',
      { env: { SCOPE_ALLOWED_PATHS: ' ' } },
      'SCOPE_ALLOWED_PATHS: the environment variable is set but empty',
    ],
    [
      'a path from the environment',
      { env: { SCOPE_DENIED_PATHS: 'a ../b' } },
      'SCOPE_DENIED_PATHS: the environment variable must be a path',
    ],
  ];
  it.each(cases)('%s is refused at its place', async (_what, given, place) => {
    expect(await failureOf(given)).toContain(place);
    expect(await failureOf(given)).toMatch(/^config_invalid /);
    expect(await failureOf(given)).not.toMatch(
      /expected \w+, received|expected .* to be|Invalid input|Too (big|small)/,
    );
  });

  it('are listed together, over all files', async () => {
    const message = await failureOf({ project: 'a: 1\nb: 2\n', user: 'c: 3\n', env: { COST_MAX_PER_DAY: '-1' } });
    for (const place of [
      '.loki/config.yaml:1:1',
      '.loki/config.yaml:2:1',
      'config.yaml:1:1: unknown key "c"',
      'COST_MAX_PER_DAY',
    ]) {
      expect(message).toContain(place);
    }
  });

  it('a file that cannot be read, is no file, is no UTF-8 or leaves the workspace is refused', async () => {
    const file = path.join(workspace, '.loki/config.yaml');
    await mkdir(file);
    expect(await failureOf({})).toContain('.loki/config.yaml: ');
    await rm(file, { recursive: true });
    await writeFile(file, Buffer.from([0xff, 0xfe, 0x41]));
    expect(await failureOf({})).toContain('is not UTF-8');
    await rm(file);
    await writeFile(path.join(base, 'elsewhere.yaml'), 'run: { max_cycles: 9 }\n');
    await symlink(path.join(base, 'elsewhere.yaml'), file);
    expect(await failureOf({})).toContain('is a link that leaves the workspace');
    await rm(file);
    await symlink(path.join(base, 'missing.yaml'), file);
    expect(await failureOf({})).toContain('cannot be read (ENOENT)');
  });

  it('a managed file that is named and missing is refused', async () => {
    expect(await failureOf({ env: { LOKI_MANAGED_CONFIG: path.join(base, 'none.yaml') } })).toContain(
      '/none.yaml: cannot be read',
    );
  });

  it('a misspelt file name is refused', async () => {
    await writeFile(path.join(workspace, '.loki/config.yml'), '');
    expect(await failureOf({})).toContain('rename it to config.yaml');
  });
});

describe('merging', () => {
  it('adds up what is denied, keeps a list per tier that allows, takes the strictest money', async () => {
    const { policy, cost, run } = await load({
      managed:
        'scope: { denied_paths: [infra], allowed_commands: [npm] }\ncost: { max_per_task: 5, alert_threshold: 0.9 }\n',
      user: 'scope: { denied_paths: [keys] }\ncost: { max_per_task: 10, max_per_day: 20.123456789 }\nrun: { max_cycles: 2 }\n',
      project:
        'scope:\n  denied_paths: [secrets]\n  allowed_commands:\n    - npm test\ncost: { max_per_task: 7, alert_threshold: 0.5 }\nrun: { max_cycles: 8 }\n',
      env: { SCOPE_DENIED_PATHS: 'a b', COST_MAX_PER_TASK: '6.5', SCOPE_ALLOWED_COMMANDS: 'git log, npm test' },
    });
    expect(policy.scope.paths.denied.map((entry) => entry.text)).toEqual(['infra', 'a', 'b', 'keys', 'secrets']);
    expect(texts(policy.scope.commands.allowed)).toEqual([['npm'], ['git log', 'npm test'], ['npm test']]);
    const last = policy.scope.commands.allowed[2]?.[0]?.source;
    expect(last).toEqual({ tier: 'project', file: '.loki/config.yaml', line: 4 });
    const source = policy.scope.commands.allowed[1]?.[0]?.source;
    expect(source).toEqual({ tier: 'user', file: 'SCOPE_ALLOWED_COMMANDS', line: null });
    expect(cost).toMatchObject({ maxPerTask: 5_000_000, maxPerDay: 20_123_456, alertThreshold: 0.5 });
    expect(run.maxCycles).toBe(2);
  });

  it('lets the higher tier choose, and the environment over the user file', async () => {
    const config = await load({
      user: 'models: { provider: openai, tiers: { fast: a } }\n',
      project: 'models: { provider: ollama, tiers: { fast: b, best: c } }\ngates: { profile: strict }\n',
      env: { LOKI_PROVIDER: 'anthropic' },
    });
    expect(config.models.provider).toBe('anthropic');
    expect(config.models.tiers).toEqual({ fast: 'a', best: 'c' });
    expect(config.gates.profile).toBe('strict');
  });

  it('lists what a project asks for that the user must confirm, by hash', async () => {
    const project =
      'models:\n  providers: { mine: { base_url: "https://models.example/v1" } }\n  prices: { m: { input: 1, output: 2 } }\nworkspace: { setup: npm ci }\nscope: { allowed_hosts: [b.org, a.org] }\n';
    const config = await load({ project });
    expect(config.confirmations.map(({ key, value }) => [key, value])).toEqual([
      ['models.providers.mine.base_url', 'https://models.example/v1'],
      ['models.prices.m', '{"input":1,"output":2}'],
      ['workspace.setup', 'npm ci'],
      ['scope.allowed_hosts', 'a.org, b.org'],
    ]);
    expect(config.models.prices).toEqual({
      m: [{ fromInputTokens: 0, input: 1, output: 2, cacheRead: 1, cacheWrite: 1 }],
    });
    await rm(path.join(workspace, '.loki/config.yaml'));
    expect((await load({ user: project })).confirmations).toEqual([]);
  });

  it('takes from an untrusted workspace only what tightens', async () => {
    const config = await load({
      project:
        'scope: { denied_paths: [a], allowed_paths: [src], allowed_commands: [rm] }\ncost: { max_per_task: 1 }\nworkspace: { setup: ./x }\nmodels: { provider: evil }\nresidency: { air_gapped: true }\n',
      isTrusted: false,
    });
    expect(texts(config.policy.scope.paths.allowed)).toEqual([['src']]);
    expect(config.policy.scope.paths.denied.map((entry) => entry.text)).toEqual(['a']);
    expect(config.policy.scope.commands.allowed).toEqual([]);
    const { workspaceSetup, models, cost, policy } = config;
    const chosen = [workspaceSetup, models.provider, cost.maxPerTask, policy.residency.isAirGapped];
    expect(chosen).toEqual([null, null, 1_000_000, true]);
  });

  it('has one hash for one meaning, wherever and in whatever order it is written', async () => {
    const one = await load({ project: 'scope: { denied_paths: [a, b] }\nrun: { max_cycles: 2 }\n' });
    const same = await load({ project: 'run:\n  max_cycles: 2\nscope:\n  denied_paths:\n    - b\n    - a\n' });
    const other = await load({ project: 'scope: { denied_paths: [a] }\nrun: { max_cycles: 2 }\n' });
    expect([same.hash, same.policy.hash]).toEqual([one.hash, one.policy.hash]);
    expect(other.hash).not.toBe(one.hash);
    expect(other.policy.hash).not.toBe(one.policy.hash);
  });
});
