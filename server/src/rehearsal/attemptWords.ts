import { visible } from '#protocol/visible';
import type { HostileCase } from './hostileCase.ts';

/** An attempt in one line, for people; what is hidden in it is shown. */
export function attemptWords(attempt: HostileCase['attempt']): string {
  return visible(words(attempt)).replaceAll('\n', '⏎');
}

function words(attempt: HostileCase['attempt']): string {
  switch (attempt.kind) {
    case 'spending':
      return `spend $${attempt.usd} in one ${attempt.window}`;
    case 'command':
      return attempt.command;
    case 'file_read':
      return `read ${attempt.path}`;
    case 'file_write':
      return `write ${attempt.path}`;
    case 'file_delete':
      return `delete ${attempt.path}`;
    case 'fetch':
      return `fetch ${attempt.url}`;
    case 'mcp_call':
      return `call ${attempt.server}:${attempt.tool} ${JSON.stringify(attempt.arguments)}`;
    case 'git_push':
      return `push ${attempt.force === true ? 'by force ' : ''}to ${attempt.remote} ${attempt.branch}`;
    case 'model_call':
      return `ask ${attempt.model} of ${attempt.provider}${attempt.endpoint === undefined ? '' : ` at ${attempt.endpoint}`}`;
    default:
      return attempt.kind;
  }
}
