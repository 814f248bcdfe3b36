import type { Action } from '#protocol/action';
import { commandPathUses } from './commandUses.ts';
import { servicePathUses } from './serviceArguments.ts';

/** What an action does with a path. `unknown` is what a program that policy does not know may do. */
export type Access = 'read' | 'list' | 'write' | 'delete' | 'run' | 'unknown';

/**
 * One path that an action names. `gateway/resolve` finds out the facts of `path`; rules judge them. The very same
 * function tells both which paths there are, so neither can miss one.
 */
export interface PathUse {
  /** As the action wrote it, after the folder it is relative to; never normalised, because `..` after a link matters. */
  readonly path: string;
  readonly access: Access;
  /** Segments of a shell glob below `path`. */
  readonly glob?: readonly string[];
  /** Whether everything below a folder is touched too. */
  readonly isRecursive?: boolean;
  /** False for a word of a command that may be a path but need not be one. */
  readonly isCertain: boolean;
  /** A folder is made or entered: extensions say nothing about it. */
  readonly isFolder?: boolean;
}

/** Under which name the facts of a use are kept: a wildcard's are those of everything it matches. */
export function factKey(use: PathUse): string {
  return use.glob === undefined ? use.path : `glob:${use.path}/${use.glob.join('/')}`;
}

/** Every path that an action names. Pure; the same action always names the same paths. */
export function pathUses(action: Action): readonly PathUse[] {
  switch (action.kind) {
    case 'file_read':
      return [use(action.path, 'read')];
    case 'file_list':
    case 'file_search':
      return [use(action.path, 'list')];
    case 'file_write':
    case 'file_edit':
      return [use(action.path, 'write')];
    case 'file_delete':
      return [{ ...use(action.path, 'delete'), isRecursive: true }];
    case 'git_diff':
      return action.path === undefined ? [] : [use(action.path, 'list')];
    case 'command':
      return commandPathUses(action);
    case 'mcp_call':
      return servicePathUses(action);
    default:
      return [];
  }
}

function use(path: string, access: Access): PathUse {
  return { path, access, isCertain: true };
}
