import { lstat, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Finding } from '#protocol/gate';
import { sha256 } from '../base/digest.ts';

// Where a finding stands: bound to the content that it was made on, so that it is never shown on lines that say
// something else by now.

/** Larger files are nobody's to read, and are not kept in mind either. */
const maxSizeBytes = 8 * 1024 * 1024;

/** A finding at a place, with the content that it was made on. */
export interface Placed {
  readonly finding: Finding;
  /** As the workspace sees it. */
  readonly path: string;
  readonly line: number;
  readonly lineText: string;
  readonly contentSha256: string;
}

/** The file that a finding belongs to right now: the user's or the worktree's, whichever holds what it was made on. */
export async function fileFor(workspace: string, worktree: string | null, placed: Placed): Promise<string | null> {
  for (const root of [workspace, worktree]) {
    if (root === null) continue;
    const file = path.join(root, placed.path);
    const content = await readText(file);
    if (content !== null && sha256(content) === placed.contentSha256) return file;
  }
  return null;
}

/** A finding of a run at its place in the worktree; null where it has none there. */
export async function place(worktree: string | null, finding: Finding): Promise<Placed | null> {
  if (worktree === null || finding.path === null || !staysInside(finding.path)) return null;
  const content = await readText(path.join(worktree, finding.path));
  if (content === null) return null;
  const line = Math.min(finding.line ?? 1, content.split('\n').length);
  return {
    finding,
    path: finding.path,
    line,
    lineText: content.split('\n')[line - 1] ?? '',
    contentSha256: sha256(content),
  };
}

/** The same place in the user's file after a merge: the line itself, where it stands there once. */
export async function follow(workspace: string, placed: Placed): Promise<Placed | null> {
  const content = await readText(path.join(workspace, placed.path));
  if (content === null) return null;
  const contentSha256 = sha256(content);
  if (contentSha256 === placed.contentSha256) return placed;
  const lines = content.split('\n');
  const at = lines.indexOf(placed.lineText);
  if (at === -1 || placed.lineText.trim() === '' || lines.lastIndexOf(placed.lineText) !== at) return null;
  return { ...placed, line: at + 1, contentSha256 };
}

/** An agent wrote the path: it must not lead out of the folder that it is put under. */
function staysInside(name: string): boolean {
  return !path.isAbsolute(name) && !name.split(/[/\\]/).includes('..');
}

/** The text of a plain file. A link or a pipe that an agent has put there is not looked into. */
async function readText(file: string): Promise<string | null> {
  try {
    const stats = await lstat(file);
    return stats.isFile() && stats.size <= maxSizeBytes ? await readFile(file, 'utf8') : null;
  } catch {
    return null;
  }
}
