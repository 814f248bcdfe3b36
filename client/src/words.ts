import type { Action } from '#protocol/action';
import { limitText } from '#protocol/limitText';
import type { RuleSource } from '#protocol/policy';
import type { RunSummary } from '#protocol/task';

/** An amount for people: cents, and more digits only where cents would say nothing. */
export function usd(amount: number): string {
  if (amount > 0 && amount < 0.01) return amount < 0.0001 ? '<$0.0001' : `$${amount.toFixed(4)}`;
  return `$${amount.toFixed(2)}`;
}

/** A limit to its last place. */
export function limitUsd(amount: number): string {
  return `$${limitText(amount)}`;
}

/** What was spent in cents and its limit, where there is room for no more: `$0.42 / $5.00`. */
export function usdOf(spent: number, limit: number | null): string {
  const cents = `$${spent.toFixed(2)}`;
  return limit === null ? cents : `${cents} / ${limitUsd(limit)}`;
}

/** Where a rule stands: file and line, or the tier for one that is built in. */
export function placeOf({ tier, file, line }: RuleSource): string {
  if (file === null) return tier === 'default' ? 'built in' : `${tier} rules`;
  return line === null ? file : `${file}:${line}`;
}

/** What an agent wants, to be read after its name: `wants to run npm test`. Complete: nothing is left out. */
export function wish(action: Action): string {
  switch (action.kind) {
    case 'command':
      return `run ${action.command}${action.cwd === undefined ? '' : ` in ${action.cwd}`}${action.env === undefined ? '' : ` with ${JSON.stringify(action.env)}`}`;
    case 'file_read':
      return `read ${action.path}`;
    case 'file_list':
      return `list ${action.path}`;
    case 'file_search':
      return `search ${action.path} for ${action.text}`;
    case 'file_write':
      return `write ${action.path} with “${action.content}”`;
    case 'file_edit':
      return `edit ${action.path}: replace “${action.oldText}” by “${action.newText}”${action.all === true ? ' everywhere' : ''}`;
    case 'file_delete':
      return `delete ${action.path}`;
    case 'git_push':
      return `push ${action.branch} to ${action.remote}${action.force === true ? ', with force' : ''}`;
    case 'git_branch':
      return `use the branch ${action.branch}`;
    case 'git_commit':
      return `commit “${action.message}”`;
    case 'git_diff':
      return action.path === undefined ? 'see the changes' : `see the changes of ${action.path}`;
    case 'git_status':
      return 'see which files changed';
    case 'mcp_call':
      return `call ${action.tool} of ${action.server} with ${JSON.stringify(action.arguments)}`;
    case 'mcp_start':
      return `start the MCP server ${action.server} with ${JSON.stringify(action.launch)}`;
    case 'fetch':
      return `fetch ${action.url}`;
    case 'model_call':
      return `ask ${action.provider}:${action.model}${action.endpoint === undefined ? '' : ` at ${action.endpoint}`}`;
    case 'report_finding':
      return `report: ${action.message}`;
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

/** Where a run stands, in one word or two. */
export function stateOf({ state, outcome, result }: RunSummary): string {
  if (outcome !== 'open') return outcome;
  return state === 'finished' ? (result?.verdict ?? 'finished') : state === 'awaiting' ? 'awaits your approval' : state;
}

const steps = [
  [60, 1, 'second'],
  [3600, 60, 'minute'],
  [86_400, 3600, 'hour'],
  [Infinity, 86_400, 'day'],
] as const;

/** How long ago: `5 minutes ago`. */
export function ago(at: string, nowMs: number): string {
  const seconds = Math.max(0, Math.round((nowMs - Date.parse(at)) / 1000));
  const [, size, name] = steps.find(([below]) => seconds < below) ?? steps[3];
  if (name === 'second') return 'just now';
  return `${count(Math.floor(seconds / size), name)} ago`;
}

/** The local time of day: `14:32`. */
export function timeOf(at: string): string {
  return new Date(at).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' });
}

/** The local time, with its day where that is not today: `14:32`, `1 Apr, 00:00`. */
export function momentOf(at: string, nowMs: number): string {
  const moment = new Date(at);
  const isToday = moment.toDateString() === new Date(nowMs).toDateString();
  const day: Intl.DateTimeFormatOptions = isToday ? {} : { day: 'numeric', month: 'short' };
  return moment.toLocaleString(undefined, { ...day, hour: '2-digit', minute: '2-digit' });
}

/** A number of things: `1 action`, `3 actions`, `2 entries`. */
export function count(number: number, thing: string, things = `${thing}s`): string {
  return `${number} ${number === 1 ? thing : things}`;
}

/** With a full stop at its end. */
export function sentence(text: string): string {
  return /[.!?…]$/.test(text.trim()) ? text.trim() : `${text.trim()}.`;
}

/** With a capital letter at its beginning: for words that stand alone. */
export function capitalised(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
