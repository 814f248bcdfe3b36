import { readdirSync, type Dirent } from 'node:fs';
import type { ActionOf } from '#protocol/action';
import { invariant } from '../base/invariant.ts';
import { isPermit, type Permit } from '../policy/permit.ts';
import { dependencyFolders } from '../base/dependencyFolders.ts';
import { holdBelow, itself, release, withFolder, type HeldFolder } from '../sandbox/heldFolder.ts';
import { explain, locateReal } from './openInside.ts';
import { byName, done, failed, type ToolResult, type Workspace } from './workspace.ts';

const usualDepth = 2;
const maxEntries = 1000;

/** The names below a folder, sorted, folders with a slash. What an agent may not see is not there. */
export function listFiles(permit: Permit<ActionOf<'file_list'>>, workspace: Workspace): ToolResult {
  invariant(isPermit(permit, 'file_list'), 'a folder is listed only with a permit for it');
  const { path, depth = usualDepth } = permit.action;
  const located = locateReal(workspace, path, 'folder');
  if (located.kind === 'failed') return located;
  const lines: string[] = [];
  let isCut = false;

  const walk = (folder: HeldFolder, below: string, levels: number): void => {
    const entries = visibleEntries(workspace, folder, below);
    for (const entry of entries) {
      if (lines.length >= maxEntries) {
        isCut = true;
        return;
      }
      const name = below === '' ? entry.name : `${below}/${entry.name}`;
      if (!entry.isDirectory()) {
        lines.push(entry.isFile() ? name : `${name} (${entry.isSymbolicLink() ? 'link' : 'special file'})`);
        continue;
      }
      const isDependency = dependencyFolders.has(entry.name);
      lines.push(isDependency ? `${name}/ (installed or built, not listed)` : `${name}/`);
      if (isDependency || levels <= 1) continue;
      walkBelow(folder, entry.name, (next) => walk(next, name, levels - 1));
    }
  };

  try {
    withFolder(workspace.root, located.segments, { create: false }, (folder) => walk(folder, located.relative, depth));
  } catch (error) {
    const problem = explain(error, path);
    return problem.reason.includes('link or a file') ? failed(`${path} is no folder; use read_file`) : problem;
  }
  if (lines.length === 0) return done('[the folder is empty]');
  if (isCut) lines.push(`[cut after ${maxEntries} entries; list a folder below, or with a smaller depth]`);
  return done(lines.join('\n'));
}

/** The entries of a held folder that agents may know of, sorted; `.git` is nobody's business. */
export function visibleEntries(workspace: Workspace, folder: HeldFolder, below: string): readonly Dirent[] {
  return readdirSync(itself(folder), { withFileTypes: true })
    .filter((entry) => {
      if (entry.name === '.git') return false;
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      return workspace.isVisible(path) || (entry.isDirectory() && workspace.isPassable(path));
    })
    .sort((a, b) => byName(a.name, b.name));
}

/** Enters a folder below; one that is gone, became a link or may not be read is passed over. */
export function walkBelow(folder: HeldFolder, name: string, use: (next: HeldFolder) => void): void {
  let next: HeldFolder;
  try {
    next = holdBelow(folder, name);
  } catch {
    return;
  }
  try {
    use(next);
  } finally {
    release(next);
  }
}
