import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Action } from '#protocol/action';
import { parsePolicies } from '../../../../server/src/config/parsePolicies.ts';
import type { Actor } from '../../../../server/src/policy/actor.ts';
import { conclude, evaluate } from '../../../../server/src/policy/evaluate.ts';
import type { ContentFacts, Facts, RunFacts } from '../../../../server/src/policy/facts.ts';
import { joinPolicies, type Policies } from '../../../../server/src/policy/policies/policies.ts';
import { allow } from '../../../../server/src/policy/answer.ts';
import { objectTo } from '../../../../server/src/policy/policies/objection.ts';
import { mergeTiers } from '../../../../server/src/policy/tiers.ts';
import { sampleActions } from '../../../architecture/actions.ts';
import { factsOf, implementer } from '../fixtures.ts';

const run: RunFacts = { phase: 'act', activeAgents: 1, tokens: null, passedGates: null, agreedContent: [] };
const clean: ContentFacts = { personal: [], patterns: [] };
const parsed = new Map<string, Policies>();

function parse(text: string): Policies {
  const policies = parsed.get(text) ?? parsePolicies(text, '.loki/policies.yaml', 'project');
  parsed.set(text, policies);
  return policies;
}

function decide(
  text: string | Policies,
  action: Action,
  known: Partial<RunFacts> = {},
  more: { readonly actor?: Actor; readonly content?: ContentFacts | null; readonly isConfined?: boolean } = {},
) {
  const policies = typeof text === 'string' ? parse(text) : text;
  const { actor = implementer, content = clean, isConfined = true } = more;
  const facts: Facts = {
    ...factsOf(action),
    ...(content === null ? {} : { content }),
    run: { ...run, ...known },
  };
  return evaluate({ ...mergeTiers([], policies), isConfined }, actor, action, facts);
}

const proxied: Action = {
  kind: 'model_call',
  provider: 'x',
  model: 'm',
  endpoint: 'https://api.example/v1',
  proxy: 'http://proxy.example',
};
const write = (path: string, content = ''): Action => ({ kind: 'file_write', path, content });
const command = (line: string): Action => ({ kind: 'command', command: line });

describe('rules', () => {
  const rule = (conditions: string) => `rules: [{ ${conditions}, decision: deny, reason: said so, match: [EXAMPLE] }]`;
  const deny = (conditions: string, action: Action, more: Parameters<typeof decide>[3] = {}, known = {}) => {
    const policies = parse(rule('path: x').replace('EXAMPLE', 'cat x'));
    const { conditions: wanted } = parseConditions(conditions);
    const rules = policies.rules.map((one) => ({ ...one, conditions: { ...one.conditions, paths: [], ...wanted } }));
    return decide({ ...policies, rules }, action, known, more).answers.some(({ rule: name }) => name === 'rules');
  };
  const parseConditions = (text: string) => ({ conditions: JSON.parse(text) as object });

  it.each<[string, Action, boolean]>([
    // A path is the same path on every route.
    ['{"paths":["db"]}', write('db/a.sql'), true],
    ['{"paths":["db"]}', write('db2/a.sql'), false],
    ['{"paths":["**/*.sql"]}', write('a/b.sql'), true],
    ['{"kinds":["file_write"],"paths":["db"]}', { kind: 'file_edit', path: 'db/a', oldText: 'a', newText: 'b' }, true],
    ['{"kinds":["file_edit"],"paths":["db"]}', write('db/a'), true],
    ['{"kinds":["file_write"],"paths":["db"]}', command('echo x > db/a'), true],
    ['{"kinds":["file_write"],"paths":["db"]}', command('bash -c "echo x | tee db/a"'), true],
    ['{"kinds":["file_write"],"paths":["db"]}', command('sed -i s/a/b/ db/a'), true],
    ['{"kinds":["file_write"],"paths":["db"]}', command('cp a db/a'), true],
    ['{"kinds":["file_write"],"paths":["db"]}', command('cat db/a'), false],
    ['{"kinds":["file_delete"],"paths":["db"]}', command('rm -rf db'), true],
    ['{"kinds":["file_delete"],"paths":["db/a"]}', command('rm -rf .'), true],
    ['{"kinds":["file_delete"],"paths":["db"]}', { kind: 'file_delete', path: 'db/a' }, true],
    ['{"kinds":["file_read"],"paths":["db"]}', { kind: 'file_search', path: 'db', text: 'x' }, true],
    ['{"kinds":["file_read"],"paths":["db"]}', { kind: 'file_list', path: 'db' }, false],
    [
      '{"kinds":["file_write"],"paths":["db"]}',
      { kind: 'mcp_call', server: 's', tool: 'put', arguments: { path: 'db/a' } },
      true,
    ],
    [
      '{"kinds":["file_delete"],"paths":["db"]}',
      { kind: 'mcp_call', server: 's', tool: 'put', arguments: { path: 'db/a' } },
      true,
    ],
    // A command is what it starts.
    ['{"commands":["rm"]}', command('ls; /bin/rm x'), true],
    ['{"commands":["git push --force"]}', command('git -C . push origin --force'), true],
    ['{"commands":["rm"]}', command('xargs rm < list'), true],
    ['{"commands":["rm"]}', command('$TOOL x'), true],
    ['{"commands":["rm"]}', command('rmdir x'), false],
    ['{"commands":["rm"]}', write('rm'), false],
    // A host is reached by whatever reaches it.
    ['{"hosts":["*.example.org"]}', { kind: 'fetch', url: 'https://a.example.org/x' }, true],
    ['{"hosts":["*.example.org"]}', { kind: 'fetch', url: 'https://example.com' }, false],
    ['{"hosts":["a.example.org"]}', command('curl https://A.example.org/x'), true],
    [
      '{"hosts":["a.example.org"]}',
      { kind: 'mcp_call', server: 's', tool: 't', arguments: { url: 'https://a.example.org' } },
      true,
    ],
    ['{"hosts":["10.0.0.1"]}', { kind: 'fetch', url: 'http://0xa.0.0.1/' }, true],
    ['{"hosts":["api.example"]}', proxied, true],
    ['{"hosts":["proxy.example"]}', proxied, true],
    // A branch has many spellings.
    [
      '{"kinds":["git_push"],"branches":["main"]}',
      { kind: 'git_push', remote: 'origin', branch: 'HEAD:refs/heads/main' },
      true,
    ],
    ['{"kinds":["git_push"],"branches":["main"]}', { kind: 'git_push', remote: 'origin', branch: '+MAIN' }, true],
    ['{"kinds":["git_push"],"branches":["main"]}', command('git push origin x:main'), true],
    ['{"kinds":["git_push"],"branches":["main"]}', command('git push --all'), true],
    ['{"kinds":["git_push"],"branches":["main"]}', command('git push'), true],
    ['{"kinds":["git_push"],"branches":["main"]}', { kind: 'git_push', remote: 'origin', branch: 'feature/x' }, false],
    ['{"kinds":["git_push"]}', command('git push origin x'), true],
    ['{"kinds":["git_commit"]}', command('git -c a=b commit -m x'), true],
    // Tools go by both of their names.
    ['{"tools":["github:merge_*"]}', { kind: 'mcp_call', server: 'github', tool: 'merge_pr', arguments: {} }, true],
    ['{"tools":["mcp__github__*"]}', { kind: 'mcp_call', server: 'GitHub', tool: 'Merge', arguments: {} }, true],
    ['{"tools":["run_command"]}', command('ls'), true],
    ['{"tools":["write_file"]}', { kind: 'file_read', path: 'a' }, false],
    // Who and when.
    ['{"agents":["implementer"]}', { kind: 'file_read', path: 'a' }, true],
    ['{"agents":["engineering"]}', { kind: 'file_read', path: 'a' }, true],
    ['{"agents":["reviewer"]}', { kind: 'file_read', path: 'a' }, false],
    ['{"phases":["act"]}', { kind: 'file_read', path: 'a' }, true],
    ['{"phases":["verify"]}', { kind: 'file_read', path: 'a' }, false],
  ])('%s speaks about %j: %s', (conditions, action, expected) => {
    expect(deny(conditions, action)).toBe(expected);
  });

  it('speaks where the phase is not known', () => {
    expect(deny('{"phases":["verify"]}', { kind: 'file_read', path: 'a' }, {}, { phase: null })).toBe(true);
  });
});

describe('pre_execution', () => {
  it('is asked before each action, on every route', () => {
    const policy = 'pre_execution: file_path must start with src';
    const kinds = (...actions: Action[]) => actions.map((action) => decide(policy, action).kind);
    expect(kinds(write('src/a'), command('cat src/a'), { kind: 'git_status' })).toEqual(['ALLOW', 'ALLOW', 'ALLOW']);
    expect(kinds(write('docs/a'), command('cat docs/a'), { kind: 'file_read', path: 'a' })).toEqual([
      'DENY',
      'DENY',
      'DENY',
    ]);
  });

  it('counts the agents', () => {
    const policy = 'pre_execution: active_agents <= 2';
    const kinds = [1, 2, 3, null].map((activeAgents) => decide(policy, write('a'), { activeAgents }).kind);
    expect(kinds).toEqual(['ALLOW', 'ALLOW', 'DENY', 'DENY']);
  });

  it('is not fulfilled where nothing is known about the run', () => {
    const policies = parse('pre_execution: active_agents <= 2');
    const facts = { ...factsOf(write('a')), content: clean };
    expect(evaluate(mergeTiers([], policies), implementer, write('a'), facts).kind).toBe('DENY');
  });
});

describe('pre_deployment', () => {
  it.each<[Action, readonly string[] | null, string]>([
    [{ kind: 'git_push', remote: 'origin', branch: 'x' }, ['tests'], 'REQUIRE_APPROVAL'],
    [{ kind: 'git_push', remote: 'origin', branch: 'x' }, ['secrets'], 'DENY'],
    [{ kind: 'git_push', remote: 'origin', branch: 'x' }, null, 'DENY'],
    [command('git push origin x'), [], 'DENY'],
    [command('git fetch'), [], 'ALLOW'],
    [write('a'), [], 'ALLOW'],
  ])('%j with the gates %j: %s', (action, passedGates, expected) => {
    expect(decide('pre_deployment: { gates: [tests] }', action, { passedGates }).kind).toBe(expected);
  });
});

describe('data', () => {
  const found = (
    content: ContentFacts | null,
    action = write('a'),
    policy = 'data: { pii_scanning: true, patterns: [{ name: acme, pattern: ACME }] }',
  ) => decide(policy, action, {}, { content }).kind;

  it('speaks about what is written or sent, and about nothing else', () => {
    expect(found(clean)).toBe('ALLOW');
    expect(found({ personal: ['email'], patterns: [] })).toBe('DENY');
    expect(found({ personal: [], patterns: ['acme'] })).toBe('DENY');
    expect(found({ personal: ['email'], patterns: [] }, { kind: 'file_read', path: 'a' })).toBe('ALLOW');
    expect(found({ personal: ['email'], patterns: [] }, sampleActions.model_call)).toBe('DENY');
  });

  it('refuses where nobody has looked, whatever it would do about what it finds', () => {
    expect(found(null)).toBe('DENY');
    expect(found({ personal: null, patterns: [] })).toBe('DENY');
    expect(found(null, write('a'), 'data: { patterns: [x], action: warn }')).toBe('DENY');
    expect(found(null, write('a'), 'data: { secret_detection: true }')).toBe('ALLOW');
  });

  it('warns, asks or refuses as it is written, and asks once', () => {
    const personal = { personal: ['email'], patterns: [] };
    const warned = decide('data: { pii_scanning: true, action: warn }', write('a'), {}, { content: personal });
    expect(warned).toMatchObject({ kind: 'ALLOW', reason: '"a" lies in the workspace' });
    expect(warned.answers[0]).toMatchObject({ rule: 'data.pii_scanning', decision: 'ALLOW', warning: true });
    const asking = 'data: { pii_scanning: true, action: require_approval }';
    const call = sampleActions.model_call;
    expect(decide(asking, call, {}, { content: personal }).kind).toBe('REQUIRE_APPROVAL');
    expect(decide(asking, call, { agreedContent: ['email'] }, { content: personal }).kind).toBe('ALLOW');
    const more = { personal: ['email', 'ssn'], patterns: [] };
    expect(decide(asking, call, { agreedContent: ['email'] }, { content: more }).kind).toBe('REQUIRE_APPROVAL');
    const denying = 'data: { pii_scanning: true }';
    expect(decide(denying, call, { agreedContent: ['email'] }, { content: personal }).kind).toBe('DENY');
  });
});

describe('resource', () => {
  const call = { kind: 'model_call', provider: 'anthropic', model: 'm' } as const;
  it.each<[string, number, number, number, string]>([
    ['shutdown', 900, 100, 0, 'ALLOW'],
    ['shutdown', 900, 101, 0, 'DENY'],
    ['shutdown', 900, 101, 9, 'DENY'],
    ['require_approval', 900, 101, 0, 'REQUIRE_APPROVAL'],
    ['require_approval', 900, 101, 1, 'ALLOW'],
    ['require_approval', 1900, 101, 1, 'REQUIRE_APPROVAL'],
    ['warn', 5000, 101, 0, 'ALLOW'],
  ])('%s at %i used and %i more, %i granted: %s', (onExceed, used, worst, granted, expected) => {
    const policy = `resource: { max_tokens: 1000, on_exceed: ${onExceed} }`;
    expect(decide(policy, call, { tokens: { used, worst, granted } }).kind).toBe(expected);
  });

  it('names the providers that are asked; the demo has no endpoint', () => {
    const policy = 'resource: { providers: [anthropic] }';
    expect(decide(policy, call).kind).toBe('ALLOW');
    expect(decide(policy, { ...call, provider: 'openai' }).kind).toBe('DENY');
    expect(decide(policy, { ...call, provider: 'demo' }).kind).toBe('ALLOW');
    expect(decide(policy, { ...call, provider: 'demo', endpoint: 'https://x.example' }).kind).toBe('DENY');
  });
});

describe('approval gates', () => {
  it('ask before their phase and before no other', () => {
    const policy = 'approval_gates: { phase: act }';
    expect(decide(policy, { kind: 'phase_start', phase: 'act' }, {}, { actor: { kind: 'loki' } }).kind).toBe(
      'REQUIRE_APPROVAL',
    );
    expect(decide(policy, { kind: 'phase_start', phase: 'verify' }, {}, { actor: { kind: 'loki' } }).kind).toBe(
      'ALLOW',
    );
  });
});

const everything = [
  'pre_execution: [file_path must start with src, active_agents <= 1, phase must be verify]',
  'pre_deployment: { gates: [tests] }',
  'resource: { max_tokens: 1, providers: [] }',
  'data: { pii_scanning: true, patterns: [x] }',
  'approval_gates: { phase: act }',
  'rules: [{ decision: deny, path: "*", match: [cat a] }, { decision: require_approval, kind: command, match: [ls] }]',
].join('\n');

describe('policies', () => {
  const anyAction = fc.constantFrom(...Object.values<Action>(sampleActions));
  const anyFacts = fc.record({
    phase: fc.constantFrom('act', 'verify', null),
    activeAgents: fc.constantFrom(1, 5, null),
    tokens: fc.constantFrom({ used: 0, worst: 5, granted: 0 }, null),
  });
  const rank = { ALLOW: 0, REQUIRE_APPROVAL: 1, DENY: 2 };

  it('only ever tighten, in whatever tier they stand', () => {
    fc.assert(
      fc.property(anyAction, anyFacts, fc.boolean(), (action, known, isConfined) => {
        const without = decide('', action, known, { isConfined });
        const alone = decide(everything, action, known, { isConfined });
        const both = decide(
          joinPolicies([parse(everything), parse('data: { action: warn, patterns: [y] }')]),
          action,
          known,
          { isConfined },
        );
        expect(rank[alone.kind]).toBeGreaterThanOrEqual(rank[without.kind]);
        expect(rank[both.kind]).toBeGreaterThanOrEqual(rank[alone.kind]);
      }),
    );
  });

  it('in monitor mode decide nothing and say what they would have decided', () => {
    fc.assert(
      fc.property(anyAction, anyFacts, (action, known) => {
        const without = decide(parse(''), action, known);
        const watched = decide(`mode: monitor\n${everything}`, action, known);
        const enforced = decide(everything, action, known);
        expect(watched.kind).toBe(without.kind);
        expect(watched.reason).toBe(without.reason);
        const would = watched.answers.flatMap(({ wouldDecide }) => wouldDecide ?? []);
        const worst = Math.max(rank[without.kind], ...would.map((kind) => rank[kind]));
        expect(worst).toBe(rank[enforced.kind]);
      }),
    );
  });

  it('never watch only where a built-in rule decides', () => {
    const policy = 'mode: monitor\npre_execution: file_path must start with project_dir';
    expect(decide(policy, { kind: 'file_read', path: '../x' }).kind).toBe('DENY');
    expect(decide(policy, write('.loki/policies.yaml')).kind).toBe('DENY');
  });

  it('are files that agents never write, whatever the spelling', () => {
    for (const name of ['.loki/policies.yaml', '.loki/policies.json', '.LOKI/policies.yaml', 'a/.loki/policies.yaml']) {
      expect([name, decide('', write(name)).kind]).toEqual([name, 'DENY']);
      expect([name, decide('', command(`echo x > ${name}`)).kind]).toEqual([name, 'DENY']);
    }
  });

  it('say where they are written and what would have to change', () => {
    const [first] = decide('rules: [{ name: no, decision: deny, path: a, match: [cat a] }]', write('a')).answers;
    expect(first).toEqual({
      rule: 'rules/no',
      decision: 'DENY',
      reason: 'a rule of the policies speaks against it (no)',
      remedy: 'do it another way that the rule does not cover, or change rules/no (.loki/policies.yaml:1)',
      source: { tier: 'project', file: '.loki/policies.yaml', line: 1 },
    });
  });

  it('never allow anything by a warning alone', () => {
    const written = { source: { tier: 'project', file: null, line: null }, name: null, isMonitored: false } as const;
    const warning = objectTo(written, 'warn', { section: 'rules', reason: 'r', remedy: 'r' });
    expect(conclude([warning]).kind).toBe('DENY');
    expect(conclude([warning, allow({ rule: 'x', reason: 'x' })]).kind).toBe('ALLOW');
  });
});
