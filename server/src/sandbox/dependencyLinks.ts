import { lstatSync, readdirSync, readlinkSync } from 'node:fs';
import path from 'node:path';

/** How one folder of installed dependencies appears in the workspace. */
export type DependencyView =
  /** A writable folder of links into a read-only copy of the original; tools may add caches of their own beside them. */
  | {
      readonly kind: 'links';
      readonly from: string;
      /** Where the original is shown inside; ends in `node_modules`, or packages would not find each other. */
      readonly shownAt: string;
      readonly at: string;
      readonly folders: readonly string[];
      readonly links: readonly { readonly target: string; readonly at: string }[];
    }
  | { readonly kind: 'whole'; readonly from: string; readonly at: string };

// bubblewrap refuses more than 9,000 arguments; a link takes three.
const maxLinks = 2400;

// What tools write while they work: made anew inside, where it can be written.
const caches = new Set(['.cache', '.vite', '.vite-temp', '.vitest', '.tmp']);

/** Decides how `from` (absolute) is shown at `at` (absolute). Reads names and links only. */
export function viewDependencies(from: string, at: string, index: number): DependencyView {
  if (path.basename(at) !== 'node_modules') return { kind: 'whole', from, at };
  const shownAt = `/run/loki/deps/${index}/node_modules`;
  const folders: string[] = [];
  const links: { target: string; at: string }[] = [];
  const aboveTargets = new Map<string, string>();

  const walk = (below: string): void => {
    for (const entry of readdirSync(path.join(from, below), { withFileTypes: true })) {
      const name = path.join(below, entry.name);
      if (below === '' && caches.has(entry.name)) continue;
      // A scope may hold links of its own (workspace packages), so it is a real folder with its entries one by one.
      if (below === '' && entry.name.startsWith('@') && entry.isDirectory()) {
        folders.push(path.join(at, name));
        walk(name);
        continue;
      }
      const leaving = entry.isSymbolicLink() ? leavingTarget(from, name) : null;
      links.push({ target: leaving ?? path.posix.join(shownAt, name), at: path.join(at, name) });
      if (leaving !== null) rememberAbove(leaving, name, at, aboveTargets);
    }
  };
  walk('');
  // A package that reaches a workspace package from within the copy looks beside the copy.
  for (const [name, target] of aboveTargets) links.push({ target, at: path.posix.join(path.dirname(shownAt), name) });
  if (links.length > maxLinks) return { kind: 'whole', from, at };
  return { kind: 'links', from, shownAt, at, folders, links };
}

/** The target, as written, of a link that leaves the folder; null for one that stays inside. */
function leavingTarget(from: string, name: string): string | null {
  const target = readlinkSync(path.join(from, name));
  const resolved = path.resolve(from, path.dirname(name), target);
  return resolved === from || resolved.startsWith(`${from}/`) ? null : target;
}

function rememberAbove(target: string, name: string, at: string, found: Map<string, string>): void {
  if (path.isAbsolute(target)) return;
  const [first] = path.relative('..', path.join(path.dirname(name), target)).split('/');
  if (first === undefined || first === '' || first === '..' || first === 'node_modules') return;
  found.set(first, path.join(path.dirname(at), first));
}

/**
 * Whether dependencies cannot be shown at a place of the workspace: something that is no folder stands there, or the way
 * to it goes through a link, which could lead anywhere.
 */
export function isBlocked(at: string, workspace: string): boolean {
  for (let place = at; place !== workspace && place !== path.dirname(place); place = path.dirname(place)) {
    const entry = lstatSync(place, { throwIfNoEntry: false });
    if (entry !== undefined && !entry.isDirectory()) return true;
  }
  return false;
}
