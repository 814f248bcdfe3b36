import type { Action } from '#protocol/action';
import type { DecisionKind } from '#protocol/policy';

/** Money that a hostile or broken agent would use up within one task, one day or one month. */
export interface Spending {
  readonly kind: 'spending';
  readonly window: 'task' | 'day' | 'month';
  readonly usd: number;
}

/** One thing that a hostile agent tries. None of them is honest work, so allowing it is never right. */
export interface HostileCase {
  readonly attempt: Action | Spending;
  /** What a good configuration answers. */
  readonly expected: Exclude<DecisionKind, 'ALLOW'>;
  /** What the agent would gain. */
  readonly why: string;
}

/** Attempts of one kind. */
export interface Family {
  readonly name: string;
  readonly title: string;
  /** What to change where one of them gets through. */
  readonly remedy: string;
  /** The key without which nothing limits them; where nobody has set it, that is said instead. */
  readonly limitedBy?: string;
  readonly cases: readonly HostileCase[];
}

export function refused(why: string, attempt: HostileCase['attempt']): HostileCase {
  return { attempt, expected: 'DENY', why };
}

export function asked(why: string, attempt: HostileCase['attempt']): HostileCase {
  return { attempt, expected: 'REQUIRE_APPROVAL', why };
}

export const command = (text: string): Action => ({ kind: 'command', command: text });
export const read = (path: string): Action => ({ kind: 'file_read', path });
export const write = (path: string, content = '# changed\n'): Action => ({ kind: 'file_write', path, content });
export const remove = (path: string): Action => ({ kind: 'file_delete', path });
export const fetching = (url: string): Action => ({ kind: 'fetch', url });
export const service = (server: string, tool: string, args: Record<string, unknown> = {}): Action => ({
  kind: 'mcp_call',
  server,
  tool,
  arguments: args,
});
export const push = (remote: string, branch: string, force?: true): Action => ({
  kind: 'git_push',
  remote,
  branch,
  ...(force && { force }),
});
