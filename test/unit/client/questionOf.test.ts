import { describe, expect, test } from 'vitest';
import type { Action } from '#protocol/action';
import type { ApprovalRequest } from '#protocol/approval';
import { openQuestions, questionKey } from '../../../client/src/openQuestion.ts';
import { patternOf, questionOf, questionOfBatch } from '../../../client/src/questionOf.ts';

function ask(action: Action, reason = 'no rule allows this command.') {
  return questionOf(request(action, reason));
}

function request(action: Action, reason = 'because', more: Partial<ApprovalRequest> = {}): ApprovalRequest {
  return {
    approvalId: 'a',
    runId: 'run-1',
    agent: 'implementer',
    action,
    actionDigest: 'x',
    reason,
    rules: [
      {
        rule: 'scope.allowed_commands',
        decision: 'REQUIRE_APPROVAL',
        reason: 'asks',
        source: { tier: 'project', file: '.loki/config.yaml', line: 5 },
      },
      { rule: 'paths', decision: 'ALLOW', reason: 'fine', source: { tier: 'default', file: null, line: null } },
    ],
    expiresAt: '2026-01-01T00:10:00.000Z',
    ...more,
  };
}

describe('the question of a request for approval', () => {
  test('names who, what, and the rule that asks with its file and line', () => {
    const { words, isComplete } = ask({ kind: 'command', command: 'cat ../../notes.txt' });
    expect(words).toMatch(
      /^Loki: implementer wants to run cat \.\.\/\.\.\/notes\.txt — no rule allows this command\. Rule: scope\.allowed_commands \(\.loki\/config\.yaml:5\)\. Open until /,
    );
    expect(isComplete).toBe(true);
  });

  test('shows all of a small change', () => {
    const { words, isComplete } = ask({ kind: 'file_edit', path: 'package.json', oldText: '1.0.0', newText: '1.0.1' });
    expect(words).toContain('edit package.json: replace “1.0.0” by “1.0.1”');
    expect(isComplete).toBe(true);
  });

  test.each<[string, Action]>([
    ['a long command', { kind: 'command', command: `echo ${'a'.repeat(500)}; rm -rf .` }],
    ['a large file', { kind: 'file_write', path: 'a.txt', content: 'line\n'.repeat(200) }],
    ['a long environment', { kind: 'command', command: 'make', env: { FLAGS: 'x'.repeat(500) } }],
    ['long arguments', { kind: 'mcp_call', server: 's', tool: 't', arguments: { text: 'x'.repeat(500) } }],
  ])('cannot be approved where %s does not fit', (_title, action) => {
    expect(ask(action).isComplete).toBe(false);
  });

  test('is no place for links, icons, hidden characters or changed directions of text', () => {
    const { words } = ask({
      kind: 'command',
      command: 'echo [npm test](command:evil) $(check) \u202etset mpn\u0007',
    });
    expect(words).not.toMatch(/\]\(/);
    expect(words).not.toMatch(/\$\(/);
    expect(words).toContain(String.raw`\u{202e}tset mpn\u{7}`);
  });

  test('shows the lines of a command in one line, each end marked', () => {
    expect(ask({ kind: 'command', command: 'npm test\nrm x' }).words).toContain('run npm test ⏎ rm x');
  });

  test('says where and with what a command runs', () => {
    const { words } = ask({ kind: 'command', command: 'make', cwd: 'sub', env: { A: '1' } });
    expect(words).toContain('run make in sub with {"A":"1"}');
  });

  test('says what was denied before, and pushes nothing out of sight', () => {
    const deniedBefore = { title: 'delete a\u202e', by: 'os:ann', why: null, deniedAt: '' };
    const action: Action = { kind: 'command', command: `echo ok${' '.repeat(300)}; rm a` };
    const { words } = questionOf(request(action, 'because', { deniedBefore }));
    expect(words).toContain(String.raw`You denied this before: delete a\u{202e}.`);
    expect(words).toContain('run echo ok ␣×300 ; rm a');
  });

  test('says what a pattern covers as plain words', () => {
    expect(patternOf(request({ kind: 'git_status' }))).toBeNull();
    expect(patternOf(request({ kind: 'git_status' }, '', { pattern: 'calls of $(x)' }))).toBe('calls of $ (x)');
  });
});

describe('questions of one step', () => {
  const batch = { batchId: 'batch-1', size: 2 };
  const remove = (name: string, more: Partial<ApprovalRequest> = {}) =>
    request({ kind: 'file_delete', path: name }, '', { approvalId: name, ...more });

  test('are put as one, and are another question when one of them is gone', () => {
    const open = [remove('a', { batch }), remove('b'), remove('c', { batch })];
    expect(openQuestions(open).map(questionKey)).toEqual(['a c', 'b']);
    expect(openQuestions(open.slice(1)).map(questionKey)).toEqual(['b', 'c']);
  });

  test('are all named; what does not fit cannot be approved there', () => {
    const { words, isComplete } = questionOfBatch([remove('docs/a.md'), remove('docs/b.md')]);
    expect(words).toContain('asks for 2 approvals together: (1) delete docs/a.md (2) delete docs/b.md');
    expect(isComplete).toBe(true);
    expect(questionOfBatch([remove('x'.repeat(900)), remove('b')]).isComplete).toBe(false);
  });
});
