import { expect, test } from 'vitest';
import { action } from '#protocol/action';
import { catalog } from '../../../server/src/tools/catalog.ts';

function propose(name: string, input: unknown): unknown {
  const proposal = catalog.find((tool) => tool.name === name)?.toAction(input);
  return proposal?.kind === 'action' ? proposal.action : proposal?.problem;
}

test('the tools are those of the design, in its order', () => {
  expect(catalog.map(({ name }) => name).join(' ')).toBe(
    'read_file list_files search_files write_file edit_file delete_file run_command git_status git_diff git_commit fetch_url report_finding ask finish',
  );
});

test.each([
  ['read_file', { path: 'a', from_line: 2 }, { kind: 'file_read', path: 'a', fromLine: 2 }],
  ['list_files', {}, { kind: 'file_list', path: '.' }],
  ['search_files', { text: 'x' }, { kind: 'file_search', path: '.', text: 'x' }],
  ['write_file', { path: 'a', content: '' }, { kind: 'file_write', path: 'a', content: '' }],
  [
    'edit_file',
    { path: 'a', old_text: 'x', new_text: '', all: true },
    { kind: 'file_edit', path: 'a', oldText: 'x', newText: '', all: true },
  ],
  ['delete_file', { path: 'a' }, { kind: 'file_delete', path: 'a' }],
  [
    'run_command',
    { command: 'ls', cwd: 'a', env: { A: 'b' }, timeout_seconds: 2 },
    { kind: 'command', command: 'ls', cwd: 'a', env: { A: 'b' }, timeoutMs: 2000 },
  ],
  ['git_status', {}, { kind: 'git_status' }],
  ['git_diff', {}, { kind: 'git_diff' }],
  ['git_commit', { message: 'm' }, { kind: 'git_commit', message: 'm' }],
  [
    'report_finding',
    { severity: 'high', message: 'm', path: 'a', line: 1 },
    { kind: 'report_finding', severity: 'high', message: 'm', path: 'a', line: 1 },
  ],
  ['ask', { question: 'q' }, { kind: 'ask', question: 'q' }],
  ['finish', { summary: 's' }, { kind: 'finish', summary: 's' }],
])('%s proposes an action that the contract accepts', (name, input, expected) => {
  const proposed = propose(name, input);
  // Strictly: a member that is undefined would change the digest.
  expect(proposed).toStrictEqual(expected);
  expect(action.safeParse(proposed).success).toBe(true);
});

test.each([
  ['read_file', {}, /^the arguments of read_file do not fit: .*path/],
  ['read_file', { path: 'a', mode: 'x' }, /mode/],
  ['read_file', { path: 'a', from_line: 0 }, /from_line/],
  ['run_command', 'ls', /run_command/],
  ['git_status', null, /git_status/],
])('%s with %j is said to be invalid', (name, input, expected) => expect(propose(name, input)).toMatch(expected));

test('every schema is a plain object schema that refuses unknown members', () => {
  for (const { inputSchema } of catalog) {
    expect(inputSchema).toMatchObject({ type: 'object', additionalProperties: false });
    expect(inputSchema).not.toHaveProperty('$schema');
  }
});
