import type { Action } from '#protocol/action';
import { unreachable } from '../base/invariant.ts';

/** What an action touches, for the `where` of an audit entry: a path, a command line, an address. */
export function whereOf(action: Action): string | null {
  switch (action.kind) {
    case 'file_read':
    case 'file_list':
    case 'file_search':
    case 'file_write':
    case 'file_edit':
    case 'file_delete':
      return action.path;
    case 'command':
      return action.command;
    case 'git_diff':
    case 'report_finding':
      return action.path ?? null;
    case 'git_push':
      return `${action.remote} ${action.branch}`;
    case 'git_branch':
      return action.branch;
    case 'mcp_call':
      return `${action.server}:${action.tool}`;
    case 'mcp_start':
      return `${action.server} (${action.launch.type === 'http' ? action.launch.url : [action.launch.command, ...action.launch.args].join(' ')})`;
    case 'fetch':
      return action.url;
    case 'model_call':
      return action.endpoint ?? `${action.provider}:${action.model}`;
    case 'phase_start':
      return action.phase;
    case 'git_status':
    case 'git_commit':
    case 'ask':
    case 'finish':
      return null;
    default:
      return unreachable(action);
  }
}

/** One short line for people: the verb and what it touches. */
export function titleOf(action: Action): string {
  const what = verbs[action.kind];
  const where = action.kind === 'git_commit' ? firstLine(action.message) : whereOf(action);
  return where === null ? what : `${what} ${where}`;
}

const verbs: Readonly<Record<Action['kind'], string>> = {
  file_read: 'read',
  file_list: 'list',
  file_search: 'search',
  file_write: 'write',
  file_edit: 'edit',
  file_delete: 'delete',
  command: '$',
  git_status: 'git status',
  git_diff: 'git diff',
  git_commit: 'git commit',
  git_push: 'git push',
  git_branch: 'git branch',
  mcp_call: 'MCP',
  mcp_start: 'start MCP server',
  fetch: 'fetch',
  model_call: 'ask model',
  report_finding: 'finding',
  ask: 'ask',
  finish: 'finish',
  phase_start: 'begin',
};

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
