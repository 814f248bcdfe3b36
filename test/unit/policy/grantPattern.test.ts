import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Action } from '#protocol/action';
import { allow, ask, bySeverity, deny } from '../../../server/src/policy/answer.ts';
import type { Decision } from '../../../server/src/policy/decision.ts';
import type { PathFacts } from '../../../server/src/policy/facts.ts';
import { patternCovers, patternWords, proposePattern } from '../../../server/src/policy/grantPattern.ts';
import { factsOf, inside } from './fixtures.ts';

type Known = Readonly<Record<string, PathFacts>>;

const command = (text: string, more: Partial<Extract<Action, { kind: 'command' }>> = {}): Action => ({
  kind: 'command',
  command: text,
  ...more,
});
const write = (path: string): Action => ({ kind: 'file_write', path, content: 'x' });

function asked(...rules: readonly string[]): Decision {
  const answers = bySeverity(rules.map((rule) => ask({ rule, reason: 'because' })));
  return { kind: 'REQUIRE_APPROVAL', reason: 'because', answers, actionDigest: 'd', policyHash: 'p' };
}

const question = asked('allowed-commands');
const ofRule = asked('rules/docs');

function offer(action: Action, decision = question, known: Known = {}): string | null {
  const pattern = proposePattern(action, decision, factsOf(action, known));
  return pattern === null ? null : patternWords(pattern);
}

function covers(granted: Action, action: Action, decision = question, known: Known = {}): boolean {
  const pattern = proposePattern(granted, decision, factsOf(granted));
  if (pattern === null) throw new Error('no pattern is offered');
  return patternCovers(pattern, action, decision, factsOf(action, known));
}

describe('a pattern is offered', () => {
  test.each<[Action, Decision, string]>([
    [command('npm run build'), question, 'single commands that begin with “npm run” and have no options'],
    [command('npm test'), question, 'single commands that begin with “npm test” and have no options'],
    [command('pytest tests'), question, 'single commands that begin with “pytest” and have no options'],
    [
      command('cargo test', { cwd: 'core' }),
      question,
      'single commands that begin with “cargo test” and have no options, in the folder core',
    ],
    [write('docs/guide/a.md'), ofRule, 'writes of files under docs/guide/'],
    [
      { kind: 'fetch', url: 'https://docs.python.org/3/' },
      asked('allowed-hosts'),
      'fetches from https://docs.python.org:443',
    ],
    [
      { kind: 'mcp_call', server: 'github', tool: 'search', arguments: {} },
      asked('allowed-services'),
      'calls of the MCP tool github:search, with any arguments',
    ],
  ])('for %o', (action, decision, words) => {
    expect(offer(action, decision)).toBe(words);
  });
});

describe('no pattern is offered', () => {
  test.each<[string, Action, Decision]>([
    ['for a compound command', command('npm run build && npm run deploy'), question],
    ['for a pipe', command('npm run build | sh'), question],
    ['for a wrapper', command('sudo npm run build'), question],
    ['for a transparent wrapper', command('timeout 5 npm run build'), question],
    ['for a shell', command('bash -c "npm run build"'), question],
    ['for an interpreter', command('node build.js'), question],
    ['for a program that takes packages', command('npm install left-pad'), question],
    ['for an option', command('npm run build --silent'), question],
    ['for an assignment', command('A=b npm run build'), question],
    ['for an environment', command('npm run build', { env: { A: 'b' } }), question],
    ['for a redirection', command('npm run build > out'), question],
    ['for what only the run can tell', command('npm run $SCRIPT'), question],
    ['for a wildcard', command('pytest tests/*'), question],
    ['for a program by a path', command('./npm run build'), question],
    ['for a push', command('git push origin main'), question],
    ['for a delete', { kind: 'file_delete', path: 'docs/a.md' }, ofRule],
    ['for a file of the workspace itself', write('a.md'), ofRule],
    ['for a hidden folder', write('.github/a.md'), ofRule],
    ['for a path outside', write('../docs/a.md'), ofRule],
    ['for plain http', { kind: 'fetch', url: 'http://docs.python.org/3/' }, asked('allowed-hosts')],
    ['for a protected name', write('docs/a.md'), asked('protected-name')],
    ['for hidden text', write('docs/a.md'), asked('rules/docs', 'hidden-text')],
    ['for a second name of a file', write('docs/a.md'), asked('hard-link')],
    ['for what was denied before', command('npm run build'), asked('allowed-commands', 'denied-before')],
    ['for a doubt about the command', command('npm run build'), asked('allowed-commands', 'command-effect')],
    [
      'for a host that a tool is sent to',
      { kind: 'mcp_call', server: 'web', tool: 'get', arguments: { url: 'https://example.org/' } },
      asked('allowed-services', 'allowed-hosts'),
    ],
    ['for personal data', write('docs/a.md'), asked('data')],
  ])('%s', (_name, action, decision) => {
    expect(offer(action, decision)).toBeNull();
  });

  test('where the path is a link, has another name, or is no file', () => {
    const known = (fact: PathFacts): Known => ({ 'docs/a.md': fact });
    expect(offer(write('docs/a.md'), ofRule, known(inside('docs/a.md')))).not.toBeNull();
    expect(offer(write('docs/a.md'), ofRule, known(inside('src/a.md', { lexical: 'docs/a.md' })))).toBeNull();
    expect(offer(write('docs/a.md'), ofRule, known(inside('docs/a.md', { hardLinks: 2 })))).toBeNull();
    expect(offer(write('docs/a.md'), ofRule, known(inside('docs/a.md', { entry: 'folder' })))).toBeNull();
  });
});

describe('a pattern covers', () => {
  test('other commands that begin with its words, and nothing more', () => {
    const granted = command('npm run build');
    expect(covers(granted, command('npm run test'))).toBe(true);
    expect(covers(granted, command('npm run build src'))).toBe(true);
    for (const text of [
      'npm runx build',
      'npm run build --script-shell=./x',
      'npm run -- build',
      'npm install x',
      'npm run build; rm -rf .',
      'npm run build\nrm -rf .',
      'npm run build & rm x',
      'npm run $(rm x)',
      'npm run `rm x`',
      'X=1 npm run build',
      'npm run build > /etc/passwd',
      'npm run build < x',
      'echo y | npm run build',
      'env npm run build',
      '/tmp/npm run build',
      'npm run "a b"',
    ]) {
      expect([text, covers(granted, command(text))]).toEqual([text, false]);
    }
    expect(covers(granted, command('npm run build', { cwd: 'other' }))).toBe(false);
    expect(covers(granted, command('npm run build', { env: { PATH: '/tmp' } }))).toBe(false);
  });

  test('files below its folder, wherever they really are', () => {
    const granted = write('docs/a.md');
    expect(covers(granted, write('docs/deep/b.md'), ofRule)).toBe(true);
    expect(covers(granted, { kind: 'file_edit', path: 'docs/b.md', oldText: 'a', newText: 'b' }, ofRule)).toBe(true);
    for (const path of ['docs', 'docsx/a.md', 'src/a.md', 'docs/../src/a.md', 'docs/.env', '../docs/a.md']) {
      expect([path, covers(granted, write(path), ofRule)]).toEqual([path, false]);
    }
    expect(
      covers(granted, write('docs/b.md'), ofRule, { 'docs/b.md': inside('src/b.md', { lexical: 'docs/b.md' }) }),
    ).toBe(false);
    expect(covers(granted, { kind: 'file_delete', path: 'docs/b.md' }, ofRule)).toBe(false);
    expect(covers(granted, command('rm docs/b.md'), ofRule)).toBe(false);
  });

  test('the same origin only', () => {
    const granted: Action = { kind: 'fetch', url: 'https://docs.python.org/3/' };
    const of = (url: string): boolean => covers(granted, { kind: 'fetch', url }, asked('allowed-hosts'));
    expect(of('https://docs.python.org/2/?x=1')).toBe(true);
    for (const url of [
      'http://docs.python.org/',
      'https://docs.python.org:8443/',
      'https://docs.python.org.evil.com/',
      'https://a@docs.python.org/',
    ]) {
      expect([url, of(url)]).toEqual([url, false]);
    }
  });
});

const words = fc.array(
  fc.constantFrom(
    'npm',
    'run',
    'test',
    'build',
    '&&',
    ';',
    '|',
    '>',
    'x',
    '--flag',
    '$X',
    '*',
    'sudo',
    'bash',
    '-c',
    '"a b"',
    '\n',
    'A=b',
  ),
  { minLength: 1, maxLength: 6 },
);

test('whatever is written, what a pattern covers is one simple command without options that begins with its words', () => {
  const granted = proposePattern(command('npm run build'), question, factsOf(command('npm run build')));
  fc.assert(
    fc.property(words, (parts) => {
      const action = command(parts.join(' '));
      if (granted === null || !patternCovers(granted, action, question, factsOf(action))) return;
      expect(parts.join(' ')).toMatch(/^npm run(?: (?:npm|run|test|build|x))*$/);
    }),
  );
});

test('what is offered covers the action itself, and never what is denied or not asked', () => {
  const actions = fc.oneof(
    words.map((parts) => command(parts.join(' '))),
    fc.constantFrom(write('docs/a.md'), write('src/x/b.ts'), command('git add docs/a.md')),
  );
  fc.assert(
    fc.property(actions, (action) => {
      const decision = asked('rules');
      const pattern = proposePattern(action, decision, factsOf(action));
      if (pattern === null) return;
      expect(patternCovers(pattern, action, decision, factsOf(action))).toBe(true);
      const refused = deny({ rule: 'rules', reason: 'no' });
      const allowed = allow({ rule: 'rules', reason: 'yes' });
      const denied: Decision = { ...decision, kind: 'DENY', answers: bySeverity([...decision.answers, refused]) };
      const open: Decision = { ...decision, kind: 'ALLOW', answers: [allowed] };
      expect(patternCovers(pattern, action, denied, factsOf(action))).toBe(false);
      expect(patternCovers(pattern, action, open, factsOf(action))).toBe(false);
    }),
  );
});
