import { action, type Action } from '#protocol/action';
import * as z from 'zod';
import type { ProposedCall } from '../models/conversation.ts';
import { catalog, type Tool } from '../tools/catalog.ts';

export type ParsedCall =
  { readonly kind: 'action'; readonly action: Action } | { readonly kind: 'invalid'; readonly problem: string };

/** Turns a model's call into an action, or says in words for the model why it is none. Nothing unknown gets through. */
export function parseCall(
  call: ProposedCall,
  offered: readonly string[],
  tools: readonly Tool[] = catalog,
): ParsedCall {
  if (call.kind === 'malformed') return { kind: 'invalid', problem: call.problem };
  const tool = offered.includes(call.tool) ? tools.find(({ name }) => name === call.tool) : undefined;
  if (tool === undefined) {
    return {
      kind: 'invalid',
      problem: `There is no tool ${JSON.stringify(call.tool)}; there are ${offered.join(', ')}`,
    };
  }
  const proposal = tool.toAction(call.input);
  if (proposal.kind === 'invalid') return proposal;
  const parsed = action.safeParse(proposal.action);
  if (!parsed.success) return { kind: 'invalid', problem: oneLine(z.prettifyError(parsed.error)) };
  return { kind: 'action', action: parsed.data };
}

function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, ' ').slice(0, 500);
}
