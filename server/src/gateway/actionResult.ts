import type { CallOutput } from '../models/conversation.ts';
import { unreachable } from '../base/invariant.ts';

/** How a proposed action ended. The four kinds of no are told apart: policy's, a person's, nobody's, a malformed call's. */
export type ActionResult =
  | { readonly kind: 'done'; readonly text: string }
  | { readonly kind: 'failed'; readonly reason: string }
  /** `isFinal` where a person's no stands behind it. */
  | { readonly kind: 'refused'; readonly reason: string; readonly remedy: string | null; readonly isFinal?: true }
  | { readonly kind: 'denied'; readonly why: string | null }
  | { readonly kind: 'expired'; readonly why: string }
  | { readonly kind: 'invalid'; readonly problem: string }
  | { readonly kind: 'cancelled' };

/** What the agent is told. A refusal says by whom and why, so that the agent can choose a route that is allowed. */
export function toldToAgent(result: ActionResult): CallOutput {
  switch (result.kind) {
    case 'done':
      return { kind: 'text', text: result.text };
    case 'failed':
      return { kind: 'error', text: result.reason };
    case 'invalid':
      return { kind: 'error', text: `The call was not understood and nothing was done: ${result.problem}` };
    case 'refused':
      return {
        kind: 'refused',
        reason: `Refused by policy: ${result.reason}. ${result.isFinal === true ? 'Do not try it another way.' : 'Choose another way that stays within what is allowed.'}`,
      };
    case 'denied':
      return {
        kind: 'refused',
        reason: `Denied by a person${result.why === null ? '' : `, who says: ${result.why}`}. Do not try it another way.`,
      };
    case 'expired':
      return { kind: 'refused', reason: `Needs an approval that nobody gave (${result.why}). Go on without it.` };
    case 'cancelled':
      return { kind: 'refused', reason: 'The run was cancelled' };
    default:
      return unreachable(result);
  }
}
