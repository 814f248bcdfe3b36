import type { ActionOf } from '#protocol/action';
import { invariant } from '../base/invariant.ts';
import { isPermit, type Permit } from '../policy/permit.ts';
import { changedPaths, fromRepository, pathspec, type GitWorkspace } from './gitWorkspace.ts';
import { locate, readInside } from './openInside.ts';
import { readText } from './text.ts';
import { done, type ToolResult, type Workspace } from './workspace.ts';

const limitBytes = 256 * 1024;

/** Everything the run has changed since it started, committed or not, new files included; hidden paths are left out. */
export async function gitDiff(
  permit: Permit<ActionOf<'git_diff'>>,
  workspace: Workspace,
  git: GitWorkspace,
  signal: AbortSignal,
): Promise<ToolResult> {
  invariant(isPermit(permit, 'git_diff'), 'git is asked only with a permit for it');
  const located = locate(workspace, permit.action.path ?? '.', 'folder');
  if (located.kind === 'failed') return located;
  const isAsked = (path: string): boolean => {
    const isBelow = located.relative === '' || path === located.relative || path.startsWith(`${located.relative}/`);
    return isBelow && workspace.isVisible(path);
  };
  const names = await git.git.names(
    ['diff', '--name-only', '-z', '--no-renames', '--ignore-submodules=all', git.baseCommit],
    { signal },
  );
  const tracked = names.flatMap((name) => fromRepository(git, name) ?? []).filter(isAsked);
  const untracked = (await changedPaths(git, isAsked, signal)).filter(({ status }) => status === '??');

  const parts: string[] = [];
  if (tracked.length > 0) {
    const args = [
      'diff',
      '--no-color',
      '--no-renames',
      '--no-relative',
      '--ignore-submodules=all',
      '--src-prefix=a/',
      '--dst-prefix=b/',
    ];
    parts.push(
      await git.git.text([...args, git.baseCommit, '--', ...tracked.map((path) => pathspec(git, path))], { signal }),
    );
  }
  for (const { path } of untracked) {
    parts.push(newFile(workspace, path));
    if (parts.join('').length > limitBytes) break;
  }
  const text = parts.join('');
  if (text === '') return done('[no changes]');
  if (text.length <= limitBytes) return done(text);
  return done(`${text.slice(0, limitBytes)}\n[cut at ${limitBytes / 1024} KiB; ask for the difference of one path]`);
}

/** A file that git does not know yet, in the form of a difference. Read like any other file, never through a link. */
function newFile(workspace: Workspace, path: string): string {
  const read = readInside(workspace, path, readText);
  const head = `diff --git a/${path} b/${path}\nnew file\n`;
  if (read.kind === 'failed' || read.value.kind !== 'text') return `${head}[not shown: binary, large or a link]\n`;
  const lines = read.value.text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return `${head}--- /dev/null\n+++ b/${path}\n@@ -0,0 +1,${lines.length} @@\n${lines.map((line) => `+${line}\n`).join('')}`;
}
