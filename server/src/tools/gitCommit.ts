import type { ActionOf } from '#protocol/action';
import { count } from '../base/count.ts';
import { invariant } from '../base/invariant.ts';
import { isPermit, type Permit } from '../policy/permit.ts';
import { changedPaths, pathspec, type GitWorkspace } from './gitWorkspace.ts';
import { done, failed, type ToolResult, type Workspace } from './workspace.ts';

/** git's arguments must fit the system's limit, so many paths are added in several calls. */
const pathsPerCall = 500;

/** Commits every visible change of the workspace under the user's identity, with a trailer that names the run. No hook runs. */
export async function gitCommit(
  permit: Permit<ActionOf<'git_commit'>>,
  workspace: Workspace,
  git: GitWorkspace,
  signal: AbortSignal,
): Promise<ToolResult> {
  invariant(isPermit(permit, 'git_commit'), 'a commit is made only with a permit for it');
  const { message } = permit.action;
  if (message.includes('\0')) return failed('the message contains a NUL character');
  if (withoutTrailer(message) === '') return failed('the message is empty; say what the change is for');
  const changed = await changedPaths(git, (path) => workspace.isVisible(path), signal);
  if (changed.length === 0) return failed('there is nothing to commit');
  for (let from = 0; from < changed.length; from += pathsPerCall) {
    const paths = changed.slice(from, from + pathsPerCall).map(({ path }) => pathspec(git, path));
    await git.git.text(['add', '--all', '--', ...paths], { signal });
  }
  const full = `${withoutTrailer(message)}\n\nLoki-Run: ${permit.runId}\n`;
  await git.git.text(['commit', '--quiet', '--no-verify', '--no-gpg-sign', '--cleanup=whitespace', '--file=-'], {
    signal,
    input: full,
    identity: git.identity,
  });
  const commit = (await git.git.text(['rev-parse', '--short', 'HEAD'], { signal })).trim();
  return done(`committed ${count(changed.length, 'path')} as ${commit}`);
}

/** An agent's message cannot claim another run. */
function withoutTrailer(message: string): string {
  return message
    .split('\n')
    .filter((line) => !/^\s*Loki-Run\s*:/i.test(line))
    .join('\n')
    .trim();
}
