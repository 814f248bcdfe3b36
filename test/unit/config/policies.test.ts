import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { Failure } from '../../../server/src/base/failure.ts';
import { loadConfig } from '../../../server/src/config/loadConfig.ts';
import { temporaryFolder } from '../storage/temporaryFolder.ts';

let base: string;
beforeEach(async () => {
  base = temporaryFolder();
  await mkdir(path.join(base, 'workspace/.loki'), { recursive: true });
  await mkdir(path.join(base, 'home'));
  await mkdir(path.join(base, 'managed'));
});

type Files = Readonly<Record<string, string>>;

async function load(files: Files) {
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(base, name), text);
  return await loadConfig({
    workspace: path.join(base, 'workspace'),
    lokiHome: path.join(base, 'home'),
    env: 'managed/config.yaml' in files ? { LOKI_MANAGED_CONFIG: path.join(base, 'managed/config.yaml') } : {},
  });
}

async function failureOf(files: Files): Promise<string> {
  try {
    await load(files);
  } catch (error) {
    if (error instanceof Failure) return `${error.code}: ${error.message.replaceAll(base, '')}`;
    throw error;
  }
  return 'no failure';
}

const project = 'workspace/.loki/policies.yaml';

describe('a policies file', () => {
  it('is read with the place of each of its parts', async () => {
    const { policy, files } = await load({
      [project]: [
        'pre_execution:',
        '  - file_path must start with project_dir',
        '  - { name: few, rule: active_agents <= 2, action: require_approval }',
        'pre_deployment: { gates: [tests] }',
        'resource: { max_tokens: 1000, alerts: [0.5, 80], on_exceed: warn, providers: [anthropic] }',
        'data:',
        "  - { secret_detection: true, pii_scanning: true, patterns: ['ACME-\\d+'], action: warn }",
        'approval_gates:',
        '  - { phase: act, timeout_minutes: 5, auto_approve_on_timeout: false }',
        'rules:',
        '  - name: no-docs',
        '    path: docs/',
        '    decision: deny',
        '    match: [rm -r docs]',
      ].join('\n'),
    });
    const at = (line: number, name: string | null = null) => ({
      source: { tier: 'project', file: '.loki/policies.yaml', line },
      name,
      isMonitored: false,
    });
    const { policies } = policy;
    expect(policies.preExecution).toMatchObject([
      { ...at(2), severity: 'deny', expression: { kind: 'starts_with', folder: null } },
      { ...at(3, 'few'), severity: 'require_approval', expression: { kind: 'compares', limit: 2 } },
    ]);
    expect(policies.preDeployment).toEqual([{ ...at(4), gates: ['tests'] }]);
    expect(policies.resource).toEqual([
      { ...at(5), maxTokens: 1000, providers: ['anthropic'], alerts: [0.5, 0.8], onExceed: 'warn' },
    ]);
    expect(policies.data).toEqual([
      {
        ...at(7),
        findsPersonal: true,
        patterns: [{ name: 'ACME-\\d+', pattern: 'ACME-\\d+', ignoreCase: false }],
        severity: 'warn',
      },
    ]);
    expect(policies.approvalGates).toEqual([{ ...at(9), phase: 'act', timeoutMinutes: 5, webhook: null }]);
    expect(policies.rules).toMatchObject([{ ...at(11, 'no-docs'), severity: 'deny' }]);
    expect(files).toMatchObject([{ tier: 'project', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }]);
  });

  it('is read in JSON as well, and an empty one says nothing', async () => {
    const { policy } = await load({ 'workspace/.loki/policies.json': '{ "pre_execution": "active_agents <= 1" }' });
    expect(policy.policies.preExecution).toHaveLength(1);
    const empty = await load({ 'workspace/.loki/policies.json': '' });
    expect(empty.policy.policies.preExecution).toEqual([]);
  });

  it('adds to those of the other tiers, and its hash counts', async () => {
    const none = await load({});
    const one = await load({ 'home/policies.yaml': 'pre_deployment: { gates: [tests] }' });
    const all = await load({
      'managed/config.yaml': '',
      'managed/policies.yaml': 'pre_execution: active_agents <= 1',
      'home/policies.yaml': 'pre_deployment: { gates: [tests] }',
      [project]: 'pre_deployment: { gates: [secrets] }',
    });
    expect(all.policy.policies.preDeployment.map(({ gates, source }) => [gates, source.tier])).toEqual([
      [['tests'], 'user'],
      [['secrets'], 'project'],
    ]);
    expect(all.policy.policies.preExecution.map(({ source }) => source.tier)).toEqual(['managed']);
    expect(all.files.map(({ tier }) => tier)).toEqual(['managed', 'managed', 'user', 'project']);
    const hashes = [none, one, all].flatMap(({ policy, hash }) => [policy.hash, hash]);
    expect(new Set(hashes).size).toBe(6);
  });

  it('has one hash wherever its parts are written', async () => {
    const one = await load({ [project]: '# a comment\n\npre_execution: active_agents <= 1' });
    const other = await load({ [project]: 'pre_execution: [active_agents <= 1]' });
    expect(one.policy.hash).toBe(other.policy.hash);
  });

  it('speaks in monitor mode of what it would have decided', async () => {
    const { policy } = await load({ [project]: 'mode: monitor\npre_execution: active_agents <= 1' });
    expect(policy.policies.preExecution).toMatchObject([{ isMonitored: true }]);
  });
});

describe('a policies file with a mistake refuses everything', () => {
  it.each([
    ['an unknown section', 'rule: []', ':1:1: unknown key "rule"'],
    ['an unknown key', 'resource:\n  max_token: 5', ':2:3: unknown key "max_token" in resource'],
    ['an unknown key in a list', 'data:\n  - action: deny\n    pattern: x', ':3:5: unknown key "pattern" in data.0'],
    ['a key that stands twice', 'mode: monitor\nmode: enforce', ':2:1: this key stands twice'],
    ['broken YAML', 'rules: [', 'mend the YAML here'],
    ['an unknown expression', 'pre_execution:\n  - agents <= 3', ':2:5: pre_execution[0]: must be one of'],
    ['an unknown severity', 'data: { action: block }', 'data.action: must be one of: deny, require_approval, warn'],
    ['an unknown gate', 'pre_deployment: { gates: [test] }', 'pre_deployment.gates[0]: must be one of: tests'],
    ['no gates', 'pre_deployment: {}', 'pre_deployment.gates: must be a list'],
    [
      'approval by silence',
      'approval_gates:\n  - phase: act\n    auto_approve_on_timeout: true',
      ':3:30: approval_gates[0].auto_approve_on_timeout: must be left out or false: that nobody has answered is never a yes',
    ],
    ['secrets switched off', 'data: { secret_detection: false }', 'secrets are always refused'],
    ['an unknown phase', 'approval_gates: { phase: deploy }', 'must be one of: reason, act, reflect, verify'],
    ['a limit of nothing', 'resource: { max_tokens: 0 }', 'must be a whole number of tokens from 1 on'],
    ['an alert without a limit', 'resource: { alerts: [0.5] }', 'alerts and on_exceed need max_tokens'],
    ['a pattern that could go back', "data: { patterns: ['(a)\\1'] }", 'data.patterns[0]: the pattern uses \\1'],
    ['a pattern that is none', "data: { patterns: ['('] }", 'the pattern has a "(" without its ")"'],
    ['a pattern too long', `data: { patterns: [${'a'.repeat(501)}] }`, 'must have at most 500 characters'],
    [
      'a webhook with a name in it',
      'approval_gates: { phase: act, webhook: "https://me:pw@x.example" }',
      'without user name',
    ],
    ['a rule without a condition', 'rules: [{ decision: deny, match: [ls] }]', 'must have a condition'],
    ['a rule without an example', 'rules: [{ decision: deny, kind: fetch }]', 'rules[0].match: must be a list'],
    [
      'a rule with an empty condition',
      'rules: [{ decision: deny, kind: [], match: [ls] }]',
      'rules[0].kind: must not be empty',
    ],
    ['a rule that allows', 'rules: [{ decision: allow, kind: fetch, match: [ls] }]', 'must be one of: deny'],
    ['a rule on an unknown kind', 'rules: [{ decision: deny, kind: file_wite, match: [ls] }]', 'rules[0].kind'],
    ['a rule on an unknown tool', 'rules: [{ decision: deny, tool: bash, match: [ls] }]', 'there is no tool bash'],
    [
      'a rule whose path leaves',
      'rules: [{ decision: deny, path: ../x, match: [ls] }]',
      'must be a path or glob inside',
    ],
    [
      'an example that is no action',
      'rules:\n  - decision: deny\n    kind: fetch\n    match: [{ kind: fetch }]',
      ':4:13: rules.0.match',
    ],
    [
      'an example that the rule misses',
      'rules:\n  - decision: deny\n    command: rm\n    match:\n      - ls -l',
      ':5:9: rules[0].match[0]: the rule does not cover this example',
    ],
    [
      'an example that the rule hits',
      'rules:\n  - decision: deny\n    command: rm\n    match: [rm x]\n    not_match:\n      - sudo rm x',
      ':6:9: rules[0].not_match[0]: the rule covers this example',
    ],
  ])('%s', async (_, text, problem) => {
    const failure = await failureOf({ [project]: text });
    expect(failure).toMatch(/^config_invalid: .*nothing runs until it is mended/);
    expect(failure).toContain('.loki/policies.yaml:');
    expect(failure.replaceAll(/\.0\b/g, '[0]')).toContain(problem.replaceAll(/\.0\b/g, '[0]'));
  });

  it('names all mistakes of all files at once', async () => {
    const failure = await failureOf({
      [project]: 'x: 1\ny: 2',
      'home/policies.yaml': 'z: 3',
      'workspace/.loki/config.yaml': 'w: 4',
    });
    for (const key of ['"x"', '"y"', '"z"', '"w"']) expect(failure).toContain(`unknown key ${key}`);
  });

  it('two files at once, and names that nobody reads', async () => {
    const other = 'workspace/.loki/policies.json';
    expect(await failureOf({ [project]: '', [other]: '{}' })).toContain('stands beside policies.yaml; keep one');
    expect(await failureOf({ 'home/policy.yaml': '' })).toContain('rename it to policies.yaml');
  });

  it('a file that cannot be read', async () => {
    await mkdir(path.join(base, project));
    expect(await failureOf({})).toContain('.loki/policies.yaml: is not a file');
  });

  it('a link that leaves the workspace', async () => {
    await writeFile(path.join(base, 'elsewhere.yaml'), 'mode: monitor');
    await symlink(path.join(base, 'elsewhere.yaml'), path.join(base, project));
    expect(await failureOf({})).toContain('is a link that leaves the workspace');
  });
});

describe('docs/policies.md', () => {
  it('has only examples that are read without a mistake', async () => {
    const documentation = await readFile(path.join(import.meta.dirname, '../../../docs/policies.md'), 'utf8');
    const examples = [...documentation.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = '']) => text);
    expect(examples.length).toBeGreaterThan(1);
    for (const text of examples) expect(await failureOf({ [project]: text })).toBe('no failure');
  });
});
