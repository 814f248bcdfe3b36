import { describe, expect, it } from 'vitest';
import type { Action } from '#protocol/action';
import type { DecisionKind } from '#protocol/policy';
import { digestOf } from '../../../server/src/base/digest.ts';
import { evaluate, evaluateUnknown } from '../../../server/src/policy/evaluate.ts';
import type { PathFacts } from '../../../server/src/policy/facts.ts';
import type { Policy } from '../../../server/src/policy/policy.ts';
import { mergeTiers, type TierScope } from '../../../server/src/policy/tiers.ts';
import { entries, factsOf, implementer, inside, policyOf } from './fixtures.ts';

function decide(scope: TierScope, action: Action, known: Readonly<Record<string, PathFacts>> = {}): DecisionKind {
  return evaluate(policyOf(scope), implementer, action, factsOf(action, known)).kind;
}

function check(
  scope: TierScope,
  cases: readonly (readonly [DecisionKind, Action, Readonly<Record<string, PathFacts>>?])[],
): void {
  const got = cases.map(([, action, known]) => [decide(scope, action, known ?? {}), action]);
  expect(got).toEqual(cases.map(([wanted, action]) => [wanted, action]));
}

const read = (path: string): Action => ({ kind: 'file_read', path });
const write = (path: string, content = 'x\n'): Action => ({ kind: 'file_write', path, content });
const remove = (path: string): Action => ({ kind: 'file_delete', path });
const push = (branch: string, more: { remote?: string; force?: boolean } = {}): Action => ({
  kind: 'git_push',
  remote: 'origin',
  branch,
  ...more,
});
const call = (name: string, args: Record<string, unknown> = {}): Action => {
  const [server = '', tool = ''] = name.split('/');
  return { kind: 'mcp_call', server, tool, arguments: args };
};
const fetchUrl = (url: string): Action => ({ kind: 'fetch', url });

describe('paths', () => {
  it('an ordinary file of the workspace may be read, written and deleted', () => {
    check({}, [
      ['ALLOW', read('src/a.ts')],
      ['ALLOW', write('src/a.ts')],
      ['ALLOW', remove('src/a.ts')],
      ['ALLOW', { kind: 'file_list', path: '.' }],
      ['ALLOW', write('src/..foo/bar.ts')],
      ['ALLOW', write('src/.../x.ts')],
    ]);
  });

  it('a path that leads outside is denied, whatever it is called', () => {
    check({}, [
      ['DENY', read('../x')],
      ['DENY', read('/etc/passwd')],
      ['DENY', write('src/../../x')],
      ['DENY', write('link/x', 'x'), { 'link/x': { kind: 'outside', real: '/elsewhere/x' } }],
    ]);
  });

  it('a path without facts is denied', () => {
    const action = read('src/a.ts');
    const facts = { paths: new Map(), secretRules: [], hasRedactionMarker: false };
    expect(evaluate(policyOf({}), implementer, action, facts).kind).toBe('DENY');
  });

  it('a denied folder beats an allowed one, and both names of a link count', () => {
    check({ allowedPaths: entries('src/', 'docs/**'), deniedPaths: entries('src/secrets', '**/*.pem') }, [
      ['ALLOW', write('src/a.ts')],
      ['ALLOW', write('src/app/secrets/doc.ts')],
      ['ALLOW', read('src/secrets-helper.ts')],
      ['ALLOW', write('docs/a.md')],
      ['DENY', write('docs')],
      ['DENY', read('src/secrets/key')],
      ['DENY', read('src/secrets')],
      ['DENY', remove('src')],
      ['DENY', read('src/a/b.pem')],
      ['DENY', write('src-old/x.ts')],
      ['DENY', read('README.md')],
      ['DENY', read('src/alias'), { 'src/alias': inside('src/secrets/key', { lexical: 'src/alias' }) }],
      ['DENY', read('src/secrets/link'), { 'src/secrets/link': inside('src/a.ts', { lexical: 'src/secrets/link' }) }],
    ]);
  });

  it('a folder on the way to what is allowed may be listed and not read', () => {
    check({ allowedPaths: entries('src/ui') }, [
      ['ALLOW', { kind: 'file_list', path: '.' }],
      ['ALLOW', { kind: 'file_list', path: 'src' }],
      ['DENY', { kind: 'file_list', path: 'docs' }],
      ['DENY', read('src/a.ts')],
    ]);
  });

  it('protected names are denied or asked about in every spelling and at any depth', () => {
    check({}, [
      ['DENY', write('.git/config')],
      ['DENY', write('.git')],
      ['DENY', write('vendor/sub/.git/hooks/x')],
      ['DENY', write('.GIT/config')],
      ['DENY', write('.g\u200cit/config')],
      ['DENY', write('\uff0egit/config')],
      ['DENY', write('.loki/config.yaml')],
      ['DENY', write('.claude/settings.json')],
      ['DENY', write('a/.vscode/tasks.json')],
      ['DENY', write('.mcp.json')],
      ['DENY', write('.bashrc')],
      ['DENY', write('.npmrc')],
      ['REQUIRE_APPROVAL', write('package.json')],
      ['REQUIRE_APPROVAL', write('sub/Makefile')],
      ['REQUIRE_APPROVAL', write('.github/workflows/ci.yml')],
      ['REQUIRE_APPROVAL', write('Dockerfile')],
      ['REQUIRE_APPROVAL', write('AGENTS.md')],
      ['ALLOW', read('.vscode/settings.json')],
      ['ALLOW', write('src/git/config.ts')],
      ['ALLOW', write('src/claude/settings.ts')],
      ['DENY', write('x.ts'), { 'x.ts': inside('.git/config', { lexical: 'x.ts' }) }],
    ]);
  });

  it('deleting a folder that holds something protected is denied', () => {
    check({}, [
      ['DENY', remove('.')],
      ['DENY', remove('vendor'), { vendor: inside('vendor', { entry: 'folder', below: ['vendor/.git', 'vendor/a'] }) }],
      ['ALLOW', remove('vendor'), { vendor: inside('vendor', { entry: 'folder', below: ['vendor/a'] }) }],
    ]);
  });

  it('writing a file with several names asks, a device or pipe is denied', () => {
    check({}, [
      ['REQUIRE_APPROVAL', write('a.ts'), { 'a.ts': inside('a.ts', { hardLinks: 2 }) }],
      ['ALLOW', read('a.ts'), { 'a.ts': inside('a.ts', { hardLinks: 2 }) }],
      ['DENY', read('pipe'), { pipe: inside('pipe', { entry: 'special' }) }],
    ]);
  });

  it('only the last extension of a file counts', () => {
    check({ allowedExtensions: entries('.ts', 'md') }, [
      ['ALLOW', write('a.test.ts')],
      ['ALLOW', write('A.TS')],
      ['ALLOW', write('x.sh/index.md')],
      ['ALLOW', read('run.sh')],
      ['DENY', write('run.sh')],
      ['DENY', write('.ts')],
      ['DENY', write('a.ts/run')],
      ['DENY', write('a.ts.')],
    ]);
  });

  it('text that hides what it says asks', () => {
    check({}, [
      ['REQUIRE_APPROVAL', write('a.ts', 'const a = 1; /*\u202e } */')],
      ['REQUIRE_APPROVAL', write('a.md', `x${String.fromCodePoint(0xe0041)}`)],
      ['ALLOW', write('a.md', '\u{1f468}\u200d\u{1f469}\u200d\u{1f467} caf\u00e9 \u0928\u094d\u200d\u092f')],
    ]);
  });
});

describe('secrets', () => {
  it('a secret in what is written or sent is denied, and so is a redaction marker in what is written', () => {
    const outcome = (action: Action, found: { secretRules?: string[]; hasRedactionMarker?: boolean }) =>
      evaluate(policyOf({}), implementer, action, { ...factsOf(action), ...found }).kind;
    expect(outcome(write('a.ts'), { secretRules: ['aws'] })).toBe('DENY');
    expect(outcome({ kind: 'git_commit', message: 'x' }, { secretRules: ['aws'] })).toBe('DENY');
    expect(outcome(write('a.ts'), { hasRedactionMarker: true })).toBe('DENY');
    const call: Action = { kind: 'mcp_call', server: 'files', tool: 'write', arguments: {} };
    expect(outcome(call, { hasRedactionMarker: true })).toBe('DENY');
    expect(outcome({ kind: 'git_commit', message: 'x' }, {})).toBe('ALLOW');
  });
});

describe('branches', () => {
  it('a denied branch is denied in every spelling, an unlisted one asks', () => {
    check({ allowedBranches: entries('loki/*', 'feature/*'), deniedBranches: entries('main', 'release/*') }, [
      ['ALLOW', push('loki/x')],
      ['ALLOW', push('refs/heads/feature/a')],
      ['ALLOW', push('HEAD:feature/main')],
      ['REQUIRE_APPROVAL', push('develop')],
      ['REQUIRE_APPROVAL', push('my-loki/x')],
      ['REQUIRE_APPROVAL', push('+loki/x')],
      ['REQUIRE_APPROVAL', push('loki/x', { force: true })],
      ['REQUIRE_APPROVAL', push('HEAD')],
      ['REQUIRE_APPROVAL', push('loki/x', { remote: 'https://example.org/x.git' })],
      ['DENY', push('main')],
      ['DENY', push('MAIN')],
      ['DENY', push('HEAD:main')],
      ['DENY', push('+main')],
      ['DENY', push(':main')],
      ['DENY', push('@:refs/heads/main')],
      ['DENY', push('release/1.0')],
      ['DENY', push('--all')],
      ['DENY', push('')],
      ['DENY', push(':')],
      ['DENY', push('loki/../x')],
      ['DENY', push('loki/x', { remote: '--receive-pack=x' })],
      ['DENY', push('loki/x', { remote: 'ext::sh' })],
    ]);
  });
});

describe('services and hosts', () => {
  it('services are matched whole, and their paths and addresses fall under the same rules', () => {
    check(
      {
        allowedServices: entries('github:*', 'files:*'),
        deniedServices: entries('github:merge_*'),
        allowedHosts: entries('docs.python.org'),
      },
      [
        ['ALLOW', call('github/create_issue', { body: 'see ../../etc/passwd and https://evil.example/' })],
        ['DENY', call('github/merge_pull_request')],
        ['DENY', call('github/merge\u200b_pull_request')],
        ['DENY', call('github /merge_x')],
        ['REQUIRE_APPROVAL', call('not-github/create_issue')],
        ['DENY', call('files/write_file', { path: '.git/hooks/x', content: '' })],
        ['DENY', call('files/read_file', { nested: [{ uri: 'file:///etc/passwd' }] })],
        ['ALLOW', call('files/read_file', { path: 'src/a.ts' })],
        ['DENY', call('files/get', { url: 'http://169.254.169.254/' })],
      ],
    );
  });

  it('a host is read as a browser reads it', () => {
    check({ allowedHosts: entries('docs.python.org', '*.example.org', 'localhost') }, [
      ['ALLOW', fetchUrl('https://docs.python.org/3/')],
      ['ALLOW', fetchUrl('HTTPS://Docs.Python.ORG/')],
      ['ALLOW', fetchUrl('https://a.b.example.org/')],
      ['ALLOW', fetchUrl('http://localhost:3000/')],
      ['DENY', fetchUrl('https://example.org/')],
      ['DENY', fetchUrl('https://docs.python.org:8443/')],
      ['DENY', fetchUrl('https://docs.python.org.evil.example/')],
      ['DENY', fetchUrl('https://docs.python.org@evil.example/')],
      ['DENY', fetchUrl('https://evil.example\\@docs.python.org/')],
      ['DENY', fetchUrl('http://2852039166/')],
      ['DENY', fetchUrl('http://0xa9.0xfe.0xa9.0xfe/')],
      ['DENY', fetchUrl('http://[::ffff:169.254.169.254]/')],
      ['DENY', fetchUrl('file:///etc/passwd')],
      ['DENY', fetchUrl('https:/docs.python.org')],
    ]);
    check({}, [
      ['REQUIRE_APPROVAL', fetchUrl('https://docs.python.org/')],
      ['DENY', fetchUrl('http://169.254.169.254/')],
    ]);
  });
});

describe('models', () => {
  const policy: Policy = mergeTiers([
    {
      scope: {},
      agents: {},
      residency: { providers: entries('anthropic'), regions: entries('eu'), isAirGapped: false },
    },
  ]);
  const ask = (action: Action, of: Policy = policy) => evaluate(of, implementer, action, factsOf(action)).kind;

  it('residency counts, an unknown region is refused, the demo provider has no endpoint', () => {
    expect(ask({ kind: 'model_call', provider: 'anthropic', model: 'm', region: 'eu' })).toBe('ALLOW');
    expect(ask({ kind: 'model_call', provider: 'anthropic', model: 'm' })).toBe('DENY');
    expect(ask({ kind: 'model_call', provider: 'openai', model: 'm', region: 'eu' })).toBe('DENY');
    expect(ask({ kind: 'model_call', provider: 'demo', model: 'm' })).toBe('ALLOW');
    expect(ask({ kind: 'model_call', provider: 'demo', model: 'm', endpoint: 'https://x.example/' })).toBe('DENY');
    const closed = mergeTiers([{ scope: {}, agents: {}, residency: { isAirGapped: true } }]);
    expect(
      ask({ kind: 'model_call', provider: 'ollama', model: 'm', endpoint: 'http://127.0.0.1:11434/v1' }, closed),
    ).toBe('ALLOW');
    expect(
      ask({ kind: 'model_call', provider: 'openai', model: 'm', endpoint: 'https://api.example/v1' }, closed),
    ).toBe('DENY');
  });
});

describe('decisions', () => {
  it('are tied to the action and the policy, and say what would have to change', () => {
    const action = write('src/secrets/x');
    const policy = policyOf({ deniedPaths: entries('src/secrets') });
    const decision = evaluate(policy, implementer, action, factsOf(action));
    expect(decision).toMatchObject({ kind: 'DENY', actionDigest: digestOf(action), policyHash: policy.hash });
    expect(decision.answers[0]).toEqual({
      rule: 'denied-path',
      decision: 'DENY',
      reason: '"src/secrets/x" is covered by denied_paths',
      remedy: 'remove or narrow the entry "src/secrets" (.loki/config.yaml:1) of denied_paths',
      source: { tier: 'project', file: '.loki/config.yaml', line: 1 },
    });
  });

  it('an exception inside a rule is a denial', () => {
    const action = read('a');
    const broken = { ...policyOf({}), scope: null } as unknown as Policy; // What a bug elsewhere could hand in.
    expect(evaluate(broken, implementer, action, factsOf(action)).kind).toBe('DENY');
  });

  it('what is no action is denied', () => {
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    for (const value of [undefined, 'x', { kind: 'format_disk' }, circle]) {
      expect(evaluateUnknown(policyOf({}), value, 'no such kind').kind).toBe('DENY');
    }
  });

  it('a narrower scope of an agent or its swarm only takes away', () => {
    const policy = mergeTiers([
      {
        scope: { allowedPaths: entries('src') },
        agents: { engineering: { allowedPaths: entries('src/ui', 'docs'), allowedCommands: entries('npm test') } },
        residency: { isAirGapped: false },
      },
    ]);
    const ask = (action: Action) => evaluate(policy, implementer, action, factsOf(action)).kind;
    expect(ask(read('src/ui/a.ts'))).toBe('ALLOW');
    expect(ask(read('src/a.ts'))).toBe('DENY');
    expect(ask(read('docs/a.md'))).toBe('DENY');
    const other = evaluate(
      policy,
      { kind: 'agent', name: 'constructor', swarm: 'toString' },
      read('src/a.ts'),
      factsOf(read('src/a.ts')),
    );
    expect(other.kind).toBe('ALLOW');
  });
});
