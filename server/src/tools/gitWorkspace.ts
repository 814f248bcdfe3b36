import { uncommittedFolderOf } from '../base/dependencyFolders.ts';

/** What the git tools need of hardened git (`workspace/git`): argument lists in, text out, `git_failed` thrown. */
export interface GitCommands {
  text(args: readonly string[], call?: GitCallOptions): Promise<string>;
  /** Standard output split at NUL bytes, for `-z`. */
  names(args: readonly string[], call?: GitCallOptions): Promise<readonly string[]>;
}

export interface GitCallOptions {
  readonly input?: string;
  readonly signal?: AbortSignal;
  readonly identity?: { readonly name: string; readonly email: string };
}

/** A run's worktree as git knows it. */
export interface GitWorkspace {
  readonly git: GitCommands;
  /** The workspace below the worktree's root, with forward slashes and none at the end; '' when they are the same. */
  readonly prefix: string;
  /** What the run started from: differences are shown against it, so that committed work stays in sight. */
  readonly baseCommit: string;
  readonly identity: { readonly name: string; readonly email: string };
}

/** One changed path, relative to the workspace, with git's two letters for it. */
export interface ChangedPath {
  readonly status: string;
  readonly path: string;
}

/**
 * Every changed path of the workspace that `isVisible`, sorted by git. Renames are a deletion and an addition. What is
 * untracked in a folder of installed or built things is left out, as if it were ignored.
 */
export async function changedPaths(
  workspace: GitWorkspace,
  isVisible: (relativePath: string) => boolean,
  signal: AbortSignal,
): Promise<readonly ChangedPath[]> {
  const entries = await workspace.git.names(
    ['status', '--porcelain=v1', '-z', '--no-renames', '--untracked-files=all', '--ignore-submodules=all'],
    { signal },
  );
  return entries.flatMap((entry) => {
    const status = entry.slice(0, 2);
    if (status === '??' && uncommittedFolderOf(entry.slice(3)) !== null) return [];
    const path = fromRepository(workspace, entry.slice(3));
    return path !== null && isVisible(path) ? [{ status, path }] : [];
  });
}

/** A path of the repository as the workspace sees it; null outside of the workspace. */
export function fromRepository({ prefix }: GitWorkspace, repositoryPath: string): string | null {
  if (prefix === '') return repositoryPath;
  return repositoryPath.startsWith(`${prefix}/`) ? repositoryPath.slice(prefix.length + 1) : null;
}

/** A path of the workspace as an argument of git that means this very path and no pattern. */
export function pathspec({ prefix }: GitWorkspace, path: string): string {
  return `:(top,literal)${prefix === '' ? path : `${prefix}/${path}`}`;
}
