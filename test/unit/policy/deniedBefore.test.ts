import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Action } from '#protocol/action';
import type { DecisionKind } from '#protocol/policy';
import { digestOf } from '../../../server/src/base/digest.ts';
import { allow, ask, deny } from '../../../server/src/policy/answer.ts';
import type { Decision } from '../../../server/src/policy/decision.ts';
import { denialsOf, escalate, isSameIntent, type DeniedIntent } from '../../../server/src/policy/deniedBefore.ts';
import { intentOf } from '../../../server/src/policy/intent.ts';
import { factsOf } from './fixtures.ts';

const command = (text: string): Action => ({ kind: 'command', command: text });
const write = (path: string): Action => ({ kind: 'file_write', path, content: 'x' });
const remove = (path: string): Action => ({ kind: 'file_delete', path });
const fetched = (url: string): Action => ({ kind: 'fetch', url });
const intent = (action: Action) => intentOf(action, factsOf(action));
const isAnotherTry = (attempt: Action, denied: Action): boolean => isSameIntent(intent(attempt), intent(denied));

describe('what a person denied is recognised', () => {
  test.each<[string, Action, Action]>([
    [
      'the same path by another tool',
      write('docs/a.md'),
      { kind: 'file_edit', path: 'docs/a.md', oldText: 'a', newText: 'b' },
    ],
    ['a write as a redirection', write('docs/a.md'), command('echo x > docs/a.md')],
    ['a write as a redirection from a folder', write('docs/a.md'), command('cd docs && echo x >> a.md')],
    ['a write as an edit in place', write('docs/a.md'), command("sed -i 's/a/b/' docs/a.md")],
    ['a write as a copy', write('docs/a.md'), command('cp README.md docs/a.md')],
    ['a write through tee', write('docs/a.md'), command('echo x | tee docs/a.md')],
    ['a write in another spelling', write('docs/a.md'), write('./docs//b/../a.md')],
    ['a path for a program that may do anything with it', write('docs/a.md'), command('python3 change.py docs/a.md')],
    ['a delete as a command', remove('docs/a.md'), command('rm -f docs/a.md')],
    ['a delete of the folder around it', remove('docs/a.md'), command('rm -rf docs')],
    ['a delete of what is in it', command('rm -rf docs'), remove('docs/a.md')],
    ['a delete as an empty file', remove('docs/a.md'), write('docs/a.md')],
    [
      'a command by a server that runs it',
      command('npm install left-pad'),
      { kind: 'mcp_call', server: 'shell', tool: 'run', arguments: { command: 'npm i left-pad' } },
    ],
    [
      'a command that a server was to run',
      { kind: 'mcp_call', server: 'shell', tool: 'run', arguments: { cmd: 'npm install left-pad' } },
      command('npm install left-pad'),
    ],
    [
      'a push by a server that runs it',
      { kind: 'git_push', remote: 'origin', branch: 'main' },
      { kind: 'mcp_call', server: 'shell', tool: 'run', arguments: { command: 'git push origin HEAD:main' } },
    ],
    [
      'a push by a server that changes the branch elsewhere',
      { kind: 'git_push', remote: 'origin', branch: 'main' },
      { kind: 'mcp_call', server: 'github', tool: 'push_files', arguments: { branch: 'main' } },
    ],
    [
      'a file that a server was to read',
      { kind: 'mcp_call', server: 'files', tool: 'read_file', arguments: { path: 'docs/a.md' } },
      command('cat docs/a.md'),
    ],
    ['a command in a shell', command('npm install left-pad'), command('bash -c "npm install left-pad"')],
    [
      'a command in wrappers',
      command('npm install left-pad'),
      command('env X=1 timeout 9 sh -c \'eval "npm install left-pad"\''),
    ],
    ['a command among others', command('npm install left-pad'), command('cd . && true; npm install left-pad || true')],
    ['a command by its path', command('npm install left-pad'), command('/usr/bin/npm install left-pad')],
    [
      'a command with its options elsewhere',
      command('npm install --save left-pad'),
      command('npm --silent install left-pad'),
    ],
    ['a command by its short name', command('npm install left-pad'), command('npm i left-pad')],
    ['a package by another manager', command('npm install left-pad'), command('yarn add left-pad')],
    ['a module as a program', command('pip install requests'), command('python3 -m pip install requests')],
    ['a host with curl', fetched('https://example.org/a'), command('curl -s https://example.org/b')],
    ['a host in another port and case', fetched('https://example.org/a'), command('wget http://EXAMPLE.org:8080/')],
    ['a host by a program nobody knows', fetched('https://example.org/a'), command('getit https://example.org/x')],
    ['a host in code', fetched('https://example.org/a'), command('node -e "fetch(\'https://example.org/x\')"')],
    ['a fetch of what curl was denied', command('curl https://example.org'), fetched('https://example.org/')],
    [
      'a push as a command',
      { kind: 'git_push', remote: 'origin', branch: 'main' },
      command('git push origin HEAD:refs/heads/main'),
    ],
    ['a push of everything', { kind: 'git_push', remote: 'origin', branch: 'main' }, command('git push --all origin')],
    ['a commit as a command', { kind: 'git_commit', message: 'x' }, command('git -C . commit -m y')],
    ['a read by a command', { kind: 'file_read', path: 'notes.txt' }, command('cat notes.txt')],
  ])('%s', (_name, denied, attempt) => {
    expect(isAnotherTry(attempt, denied)).toBe(true);
  });

  test.each<[string, Action, Action]>([
    ['another file', write('docs/a.md'), write('docs/b.md')],
    ['a file beside a name that begins alike', remove('docs'), remove('docs-old/a.md')],
    ['a new file in a folder that may not be deleted', remove('docs'), write('docs/new.md')],
    ['another package', command('npm install left-pad'), command('npm install right-pad')],
    ['another script', command('npm run deploy'), command('npm run build')],
    ['another host', fetched('https://example.org/'), fetched('https://example.com/')],
    ['another branch', { kind: 'git_push', remote: 'origin', branch: 'main' }, command('git push origin loki/x')],
    [
      'what a denied command would have read',
      command('tsc -p tsconfig.json'),
      { kind: 'file_read', path: 'tsconfig.json' },
    ],
    ['what only prints beside it', command('echo start && npm install left-pad'), command('echo start')],
    ['something that has no effect', write('docs/a.md'), { kind: 'finish', summary: 'done' }],
  ])('but not %s', (_name, denied, attempt) => {
    expect(isAnotherTry(attempt, denied)).toBe(false);
  });
});

const word = fc.constantFrom('build', 'deploy', 'left-pad', 'src/a.ts', 'x');
const simple = fc
  .tuple(fc.constantFrom('npm run', 'make', 'cargo build', 'deploy.sh', 'git tag'), word)
  .map((parts) => parts.join(' '));
const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
const wrapping = fc.constantFrom<(text: string) => string>(
  (text) => `bash -c ${quoted(text)}`,
  (text) => `timeout 5 ${text}`,
  (text) => `env A=b ${text}`,
  (text) => `nohup ${text}`,
  (text) => `cd . && ${text}`,
  (text) => `${text} | cat`,
  (text) => `true; ${text}; true`,
  (text) => `eval ${quoted(text)}`,
  (text) => `  ${text}  # and a remark`,
);

test('no wrapping makes a denied command a new one', () => {
  fc.assert(
    fc.property(simple, wrapping, wrapping, (text, inner, outer) => {
      expect(isAnotherTry(command(inner(text)), command(text))).toBe(true);
      expect(isAnotherTry(command(outer(inner(text))), command(text))).toBe(true);
    }),
  );
});

const name = fc.constantFrom('a.md', 'b.md', 'docs', 'src', 'x');
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
const changing = fc.constantFrom<(path: string) => Action>(
  write,
  (file) => command(`echo x > ${file}`),
  (file) => command(`bash -c 'tee ${file}'`),
  (file) => command(`touch ${file}`),
  (file) => ({ kind: 'file_edit', path: `./${file}`, oldText: 'a', newText: 'b' }),
  (file) => ({ kind: 'mcp_call', server: 'files', tool: 'write_file', arguments: { path: file, content: 'x' } }),
);

test('every route to a path is recognised by every other', () => {
  fc.assert(
    fc.property(path, changing, changing, (file, denied, attempt) => {
      expect(isAnotherTry(attempt(file), denied(file))).toBe(true);
    }),
  );
});

const kinds = fc.constantFrom<DecisionKind>('ALLOW', 'REQUIRE_APPROVAL', 'DENY');
const severity: Readonly<Record<DecisionKind, number>> = { ALLOW: 0, REQUIRE_APPROVAL: 1, DENY: 2 };
const makers = { ALLOW: allow, REQUIRE_APPROVAL: ask, DENY: deny };

function decisionOf(kind: DecisionKind): Decision {
  const answer = makers[kind]({ rule: 'a-rule', reason: 'because' });
  return { kind, reason: 'because', answers: [answer], actionDigest: 'd', policyHash: 'p' };
}

function denial(action: Action, number = 1): DeniedIntent {
  return {
    denialId: `denial-${number}`,
    title: 'write docs/a.md',
    by: 'os:ann',
    why: null,
    deniedAt: '2026-01-01T00:00:00.000Z',
    actionDigest: digestOf(action),
    intent: intent(action),
  };
}

describe('a decision after a denial', () => {
  test('is never milder than without one, asks after one denial and refuses after two', () => {
    fc.assert(
      fc.property(kinds, fc.nat({ max: 4 }), (kind, count) => {
        const denials = Array.from({ length: count }, (_, index) => denial(write('docs/a.md'), index));
        const escalated = escalate(decisionOf(kind), denials);
        const least: DecisionKind = count === 0 ? 'ALLOW' : count === 1 ? 'REQUIRE_APPROVAL' : 'DENY';
        expect(severity[escalated.kind]).toBe(Math.max(severity[kind], severity[least]));
        expect(escalated.actionDigest).toBe('d');
      }),
    );
  });

  test('says what was denied, and by which rule it asks', () => {
    const { reason, answers } = escalate(decisionOf('ALLOW'), [denial(write('docs/a.md'))]);
    expect(reason).toContain('denied “write docs/a.md” before');
    expect(answers[0]?.rule).toBe('denied-before');
  });

  test('counts the denials of this intent only, and of the very same action always', () => {
    const denied = [denial(write('docs/a.md'), 1), denial(write('docs/b.md'), 2), denial(command('echo done'), 3)];
    const found = (action: Action) =>
      denialsOf(intent(action), digestOf(action), denied).map(({ denialId }) => denialId);
    expect(found(command('rm docs/b.md'))).toEqual(['denial-2']);
    expect(found(command('echo done'))).toEqual(['denial-3']);
    expect(found(write('docs/c.md'))).toEqual([]);
  });
});
