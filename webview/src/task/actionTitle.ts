import type { Action } from '#protocol/action';

/** A short line that says what an action does and to what. */
export function titleOf(action: Action): string {
  switch (action.kind) {
    case 'command':
      return `run ${action.command}`;
    case 'file_read':
      return `read ${action.path}`;
    case 'file_list':
      return `list ${action.path}`;
    case 'file_search':
      return `search ${action.path} for ${action.text}`;
    case 'file_write':
      return `write ${action.path}`;
    case 'file_edit':
      return `edit ${action.path}`;
    case 'file_delete':
      return `delete ${action.path}`;
    case 'git_push':
      return `push ${action.branch} to ${action.remote}${action.force ? ', with force' : ''}`;
    case 'git_branch':
      return `create the branch ${action.branch}`;
    case 'git_commit':
      return `commit ${action.message}`;
    case 'git_status':
      return 'git status';
    case 'git_diff':
      return action.path === undefined ? 'git diff' : `git diff ${action.path}`;
    case 'mcp_call':
      return `call ${action.tool} of the MCP server ${action.server}`;
    case 'mcp_start':
      return `start the MCP server ${action.server}`;
    case 'fetch':
      return `fetch ${action.url}`;
    case 'model_call':
      return `ask ${action.provider}:${action.model}`;
    case 'report_finding':
      return `report a finding: ${action.message}`;
    case 'ask':
      return `ask: ${action.question}`;
    case 'finish':
      return 'finish';
    case 'phase_start':
      return `begin the phase ${action.phase}`;
    default:
      return action satisfies never;
  }
}
