import type { Actor } from './actor.ts';
import { covers, mayLieBelow } from './pathPattern.ts';
import type { Policy } from './policy.ts';
import { protectionOf } from './protectedNames.ts';
import { scopesOf } from './scopes.ts';

// What an agent may not read, it never sees (invariant 5): listings, results of searches, diffs and the sandbox are
// filtered with these. Paths are relative to the workspace, with forward slashes.

/** Whether an agent may see that a path exists, and read it with a tool. */
export function isVisible(policy: Policy, actor: Actor, relativePath: string): boolean {
  return scopesOf(policy, actor).every(({ paths }) => {
    if (paths.denied.some((entry) => covers(entry.text, relativePath))) return false;
    return paths.allowed.every((list) => list.some((entry) => covers(entry.text, relativePath)));
  });
}

/** Whether an agent may see that a folder exists and look for what it may see below, as on the way to an allowed path. */
export function isPassable(policy: Policy, actor: Actor, folder: string): boolean {
  return scopesOf(policy, actor).every(({ paths }) => {
    if (paths.denied.some((entry) => covers(entry.text, folder))) return false;
    return paths.allowed.every((list) => list.some(({ text }) => covers(text, folder) || mayLieBelow(text, folder)));
  });
}

/**
 * Of these paths the ones that the sandbox hides. Only `denied_paths` count: what lies merely outside `allowed_paths`
 * stays readable there, so that builds and tests work.
 */
export function hiddenPaths(policy: Policy, actor: Actor, relativePaths: readonly string[]): readonly string[] {
  const denied = scopesOf(policy, actor).flatMap((scope) => scope.paths.denied);
  return relativePaths.filter((path) => denied.some((entry) => covers(entry.text, path)));
}

/** Whether no agent may write a path, whatever scope says: the sandbox shows what exists of these read-only. */
export function isProtected(relativePath: string): boolean {
  return protectionOf(relativePath)?.protection === 'never';
}
