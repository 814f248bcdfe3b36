import { createInterface } from 'node:readline/promises';
import type { ApprovalRequest } from '#protocol/approval';
import { visible } from '../base/visible.ts';
import { titleOf } from '../gateway/describeAction.ts';
import type { Approver } from '../gateway/approver.ts';
import type { Style } from './style.ts';

interface Terminal {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  readonly style: Style;
  /** Who sits there, as recorded: `os:<login>`. */
  readonly person: string;
}

/** Asks the person at the terminal. Only an explicit `y` approves; Enter, Ctrl-D or anything else does not. */
export function createTerminalApprover({ input, output, style, person }: Terminal): Approver {
  const question = async (text: string, signal: AbortSignal): Promise<string | null> => {
    const lines = createInterface({ input, output });
    const closed = new Promise<null>((resolve) => lines.once('close', () => resolve(null)));
    try {
      return await Promise.race([lines.question(text, { signal }), closed]);
    } catch {
      return null;
    } finally {
      lines.close();
    }
  };
  return {
    decide: async (request, signal) => {
      output.write(cardOf(request, style));
      const answer = await question('  Approve once? [y/N, or n and a reason for the agent] ', signal);
      if (answer === null) return { outcome: 'expired', why: 'Nobody answered' };
      const said = answer.trim();
      if (/^(y|yes)$/i.test(said)) return { outcome: 'approved', by: person, why: null };
      const why = said.replace(/^(n|no)\b[\s,:]*/i, '');
      return { outcome: 'denied', by: person, why: why === '' ? null : why };
    },
    reply: async (asked, signal) => {
      output.write(`\n${style.warn('An agent asks:')} ${visible(asked)}\n`);
      return await question('  Your answer: ', signal);
    },
  };
}

/** What is asked, complete: a person must see every character of what would happen. */
function cardOf({ agent, action, rules, reason, expiresAt }: ApprovalRequest, style: Style): string {
  const lines = [
    '',
    style.warn(`${agent} asks for approval: ${visible(titleOf(action))}`),
    `  why it asks: ${visible(reason)}`,
  ];
  for (const { rule, source } of rules) {
    const place = source.file === null ? source.tier : `${source.file}${source.line === null ? '' : `:${source.line}`}`;
    lines.push(style.dim(`  rule ${rule} (${place})`));
  }
  if (action.kind === 'file_write') lines.push(...quoted(action.content, style));
  if (action.kind === 'file_edit') {
    lines.push('  replaces:', ...quoted(action.oldText, style), '  by:', ...quoted(action.newText, style));
  }
  if (action.kind === 'mcp_call') lines.push('  with:', ...quoted(JSON.stringify(action.arguments, null, 2), style));
  if (action.kind === 'command' && action.cwd !== undefined) lines.push(`  in ${visible(action.cwd)}`);
  if (action.kind === 'command' && action.env !== undefined)
    lines.push(`  with ${visible(JSON.stringify(action.env))}`);
  lines.push(style.dim(`  waits until ${new Date(expiresAt).toLocaleTimeString()}`), '');
  return lines.join('\n');
}

function quoted(text: string, style: Style): readonly string[] {
  return visible(text)
    .split('\n')
    .map((line) => style.dim(`  │ ${line}`));
}
