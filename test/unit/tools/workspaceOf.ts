import type { Workspace } from '../../../server/src/tools/workspace.ts';

/** A workspace in which everything is visible but what lies at or below these paths. */
export function workspaceOf(root: string, hidden: readonly string[] = []): Workspace {
  const isVisible = (name: string): boolean => !hidden.some((other) => name === other || name.startsWith(`${other}/`));
  return { root, isVisible, isPassable: isVisible };
}
