import type { Action, ActionKind, ActionOf } from '#protocol/action';

/** One action of every kind. The compiler asks for a new line when a kind is added. */
export const sampleActions: { readonly [K in ActionKind]: ActionOf<K> } = {
  file_read: { kind: 'file_read', path: 'README.md' },
  file_list: { kind: 'file_list', path: '.' },
  file_search: { kind: 'file_search', path: '.', text: 'x' },
  file_write: { kind: 'file_write', path: 'forged.txt', content: 'x' },
  file_edit: { kind: 'file_edit', path: 'README.md', oldText: 'a', newText: 'b' },
  file_delete: { kind: 'file_delete', path: 'README.md' },
  command: { kind: 'command', command: 'true' },
  git_status: { kind: 'git_status' },
  git_diff: { kind: 'git_diff' },
  git_commit: { kind: 'git_commit', message: 'x' },
  git_push: { kind: 'git_push', remote: 'origin', branch: 'loki/x' },
  git_branch: { kind: 'git_branch', branch: 'loki/x' },
  mcp_call: { kind: 'mcp_call', server: 's', tool: 't', arguments: {} },
  mcp_start: {
    kind: 'mcp_start',
    server: 's',
    launch: { type: 'stdio', command: 'true', args: [], cwd: '.', env: [] },
    definition: '0'.repeat(64),
  },
  fetch: { kind: 'fetch', url: 'https://example.com/' },
  model_call: { kind: 'model_call', provider: 'demo', model: 'm', maxOutputTokens: 1 },
  report_finding: { kind: 'report_finding', severity: 'low', message: 'x' },
  ask: { kind: 'ask', question: 'x' },
  finish: { kind: 'finish', summary: 'x' },
  phase_start: { kind: 'phase_start', phase: 'act' },
};

export const actionKinds: readonly ActionKind[] = Object.values<Action>(sampleActions).map(({ kind }) => kind);
