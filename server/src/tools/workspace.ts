/** What a tool may see of a run's worktree. */
export interface Workspace {
  /** Absolute real path of the folder that agents see as their workspace. */
  readonly root: string;
  /** Whether an agent may know of a path (relative, forward slashes; '' is the workspace itself): invariant 5. */
  isVisible(relativePath: string): boolean;
  /** Whether an agent may know of a folder because something that it may see can lie below. */
  isPassable(folder: string): boolean;
}

/** How a tool's work went. `failed` is an expected no, with words that help a model to go on. */
export type ToolResult =
  { readonly kind: 'done'; readonly text: string } | { readonly kind: 'failed'; readonly reason: string };

export const done = (text: string): ToolResult => ({ kind: 'done', text });
export const failed = (reason: string): ToolResult & { readonly kind: 'failed' } => ({ kind: 'failed', reason });

/** The order of names in everything agents see: the same on every machine. */
export function byName(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
