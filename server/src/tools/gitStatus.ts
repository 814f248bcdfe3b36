import type { ActionOf } from '#protocol/action';
import { invariant } from '../base/invariant.ts';
import { isPermit, type Permit } from '../policy/permit.ts';
import { changedPaths, type GitWorkspace } from './gitWorkspace.ts';
import { done, type ToolResult, type Workspace } from './workspace.ts';

const maxLines = 500;

/** What is not committed yet, one path a line, with git's two letters; hidden paths are not there. */
export async function gitStatus(
  permit: Permit<ActionOf<'git_status'>>,
  workspace: Workspace,
  git: GitWorkspace,
  signal: AbortSignal,
): Promise<ToolResult> {
  invariant(isPermit(permit, 'git_status'), 'git is asked only with a permit for it');
  const changed = await changedPaths(git, (path) => workspace.isVisible(path), signal);
  if (changed.length === 0) return done('[nothing to commit]');
  const lines = changed.slice(0, maxLines).map(({ status, path }) => `${status} ${path}`);
  if (changed.length > maxLines) lines.push(`[cut: ${changed.length} paths changed]`);
  return done(lines.join('\n'));
}
