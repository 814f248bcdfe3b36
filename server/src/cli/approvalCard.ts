import type { Action } from '#protocol/action';
import type { ApprovalRequest } from '#protocol/approval';
import { visible, visibleWhole } from '#protocol/visible';
import { titleOf } from '../gateway/describeAction.ts';
import type { Style } from './style.ts';

/** What is asked, complete: a person must see every character of what would happen, and no line that is not ours. */
export function approvalCard(request: ApprovalRequest, style: Style): string {
  const { agent, action, reason, pattern } = request;
  const lines = [
    '',
    style.warn(`${visibleWhole(agent)} asks for approval: ${visibleWhole(titleOf(action))}`),
    ...deniedLines(request, style),
    `  why it asks: ${visibleWhole(reason)}`,
    ...rulesOf(request, style),
  ];
  lines.push(...detailsOf(action, style));
  lines.push(
    style.dim('  y  once, for this very action'),
    style.dim('  t  for the rest of this task: this very action, for this agent'),
  );
  if (pattern !== undefined) {
    lines.push(style.dim(`  p  for the rest of this task, for this agent: ${visibleWhole(pattern)}`));
  }
  lines.push(waitsUntil(request, style), '');
  return lines.join('\n');
}

/** What the title of an action leaves out. */
function detailsOf(action: Action, style: Style): readonly string[] {
  const line = (word: string, value: unknown): string =>
    `  ${word} ${visibleWhole(typeof value === 'string' ? value : JSON.stringify(value))}`;
  switch (action.kind) {
    case 'file_write':
      return quoted(action.content, style);
    case 'file_edit':
      return ['  replaces:', ...quoted(action.oldText, style), '  by:', ...quoted(action.newText, style)];
    case 'file_search':
      return [line('for', action.text)];
    case 'command':
      return [
        ...(action.cwd === undefined ? [] : [line('in', action.cwd)]),
        ...(action.env === undefined ? [] : [line('with', action.env)]),
      ];
    case 'git_commit':
      return quoted(action.message, style);
    case 'git_push':
      return action.force === true ? ['  with force'] : [];
    case 'mcp_call':
      return [line('with', action.arguments)];
    case 'mcp_start':
      return [line('as', action.launch)];
    case 'model_call':
      return [line('model', `${action.provider}:${action.model}`)];
    default:
      return [];
  }
}

/** Several questions of one step as one list. */
export function batchCard(requests: readonly ApprovalRequest[], style: Style): string {
  const [first] = requests;
  const lines = ['', style.warn(`${visibleWhole(first?.agent ?? '')} asks for ${requests.length} approvals together:`)];
  for (const [index, request] of requests.entries()) {
    lines.push(`  ${index + 1}. ${visibleWhole(titleOf(request.action))}`, ...deniedLines(request, style));
    lines.push(style.dim(`     ${visibleWhole(request.reason)}`));
  }
  lines.push(
    style.dim('  y  all of them, each once'),
    style.dim('  i  one by one, each with everything that it would do'),
  );
  if (first !== undefined) lines.push(waitsUntil(first, style));
  return `${lines.join('\n')}\n`;
}

function deniedLines({ deniedBefore }: ApprovalRequest, style: Style): readonly string[] {
  if (deniedBefore === undefined) return [];
  const { title, by, why } = deniedBefore;
  const because = why === null ? '' : `, saying: ${visibleWhole(why)}`;
  return [style.bad(`  denied before by ${visibleWhole(by)} as: ${visibleWhole(title)}${because}`)];
}

function rulesOf({ rules }: ApprovalRequest, style: Style): readonly string[] {
  return rules.map(({ rule, source }) => {
    const place = source.file === null ? source.tier : `${source.file}${source.line === null ? '' : `:${source.line}`}`;
    return style.dim(`  rule ${visibleWhole(rule)} (${visibleWhole(place)})`);
  });
}

function waitsUntil({ expiresAt }: ApprovalRequest, style: Style): string {
  return style.dim(`  waits until ${new Date(expiresAt).toLocaleTimeString()}, then it counts as not approved`);
}

function quoted(text: string, style: Style): readonly string[] {
  return visible(text)
    .split('\n')
    .map((line) => style.dim(`  │ ${line}`));
}
