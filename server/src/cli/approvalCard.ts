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
  if (action.kind === 'file_write') lines.push(...quoted(action.content, style));
  if (action.kind === 'file_edit') {
    lines.push('  replaces:', ...quoted(action.oldText, style), '  by:', ...quoted(action.newText, style));
  }
  if (action.kind === 'command' && action.cwd !== undefined) lines.push(`  in ${visibleWhole(action.cwd)}`);
  if (action.kind === 'command' && action.env !== undefined)
    lines.push(`  with ${visibleWhole(JSON.stringify(action.env))}`);
  if (action.kind === 'mcp_call') lines.push(`  with ${visibleWhole(JSON.stringify(action.arguments))}`);
  if (action.kind === 'git_push' && action.force === true) lines.push('  with force');
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
