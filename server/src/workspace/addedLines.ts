import { diffText } from './changes.ts';
import type { Worktree } from './worktree.ts';

/** The lines that the worktree's files have and the run's start had not: what a commit of the run would carry anew. */
export async function addedLines(worktree: Worktree): Promise<string> {
  const lines = (await diffText(worktree)).split('\n');
  return lines.flatMap((line) => (line.startsWith('+') && !line.startsWith('+++ ') ? [line.slice(1)] : [])).join('\n');
}
