import { lstat, readdir, readlink, realpath } from 'node:fs/promises';
import path from 'node:path';
import type { Action } from '#protocol/action';
import { systemErrorCode } from '../base/failure.ts';
import type { Facts, PathFacts } from '../policy/facts.ts';
import { matchesSegment } from '../policy/pathPattern.ts';
import { factKey, pathUses, type PathUse } from '../policy/pathUse.ts';
import { serviceText } from '../policy/serviceArguments.ts';
import { spellings } from '../policy/spellings.ts';
import { refusalOfWrittenPath } from '../policy/writtenPath.ts';

/** What the secret scan says about a text: the rules that found something, and whether a redaction marker is in it. */
export type ScanText = (text: string) => Promise<{ readonly rules: readonly string[]; readonly hasMarker: boolean }>;

/** Links that are followed for one path before it counts as a loop; the kernel's own number. */
const maxLinks = 40;

/** Entries below a folder that are listed for a recursive use before it counts as too much. */
const maxBelow = 5000;

/**
 * Finds out what policy must know about an action: where each path really leads, and what the scan says about what would
 * be written or sent. Reads names and links only; never writes, never opens a file.
 */
export async function resolveFacts(root: string, action: Action, scan: ScanText): Promise<Facts> {
  const realRoot = await realpath(root);
  const at = { root: path.resolve(root), realRoot };
  const paths = new Map<string, PathFacts>();
  for (const use of pathUses(action)) {
    const key = factKey(use);
    const known = paths.get(key);
    const isComplete =
      known !== undefined &&
      (use.isRecursive !== true || (use.glob === undefined && known.kind === 'inside' && 'below' in known));
    if (!isComplete) paths.set(key, await resolveUse(at, use));
  }
  const found = await Promise.all(textsOf(action).map(scan));
  return {
    paths,
    secretRules: [...new Set(found.flatMap(({ rules }) => rules))],
    hasRedactionMarker: found.some(({ hasMarker }) => hasMarker),
  };
}

interface Root {
  readonly root: string;
  readonly realRoot: string;
}

async function resolveUse(at: Root, use: PathUse): Promise<PathFacts> {
  const fact = await resolvePath(at, use.path);
  if (fact.kind !== 'inside') return fact;
  if (use.glob === undefined) {
    return use.isRecursive === true ? { ...fact, below: await listBelow(at.realRoot, [fact.relative]) } : fact;
  }
  // A wildcard is all that it matches: one match outside and the whole leads outside.
  const matches = await expandGlob(at.realRoot, use.path, use.glob);
  if (matches === null) return { kind: 'invalid', reason: 'its wildcard matches too much' };
  const found: string[] = [];
  for (const match of matches) {
    const matched = await resolvePath(at, match);
    if (matched.kind === 'outside') return matched;
    if (matched.kind === 'inside') found.push(matched.relative, matched.lexical);
  }
  const below = use.isRecursive === true ? await listBelow(at.realRoot, found) : [];
  return { ...fact, below: below === null ? null : [...new Set([...found, ...below])] };
}

/** What a shell would make of a wildcard, links followed; a few names more do no harm. */
async function expandGlob(realRoot: string, base: string, glob: readonly string[]): Promise<readonly string[] | null> {
  let candidates = [base];
  for (const segment of glob) {
    if (!/[*?[]/.test(segment)) {
      candidates = candidates.map((candidate) => `${candidate}/${segment}`);
      continue;
    }
    const next: string[] = [];
    for (const candidate of candidates) {
      // Never normalised: what `..` after a link means, the system knows.
      const folder = path.isAbsolute(candidate) ? candidate : `${realRoot}/${candidate}`;
      const names = await readdir(folder).catch(() => []);
      next.push(...names.filter((name) => matchesSegment(segment, name)).map((name) => `${candidate}/${name}`));
      if (next.length > maxBelow) return null;
    }
    candidates = next;
  }
  return candidates;
}

async function resolvePath(at: Root, written: string): Promise<PathFacts> {
  const refusal = refusalOfWrittenPath(written);
  if (refusal !== null) return { kind: 'invalid', reason: refusal };
  const walked = await walk(path.isAbsolute(written) ? written : `${at.realRoot}/${written}`);
  if (walked.kind === 'invalid') return walked;
  const real = await canonical(walked.path);
  const relative = relativeTo(at.realRoot, real);
  if (relative === null) return { kind: 'outside', real };
  const absolute = path.resolve(at.root, written);
  const lexical = relativeTo(at.root, absolute) ?? relativeTo(at.realRoot, absolute) ?? relative;
  return { kind: 'inside', relative, lexical, ...(await entryAt(real)) };
}

/** Follows a path as the kernel does: link by link, `..` after what a link leads to, up to what does not exist yet. */
async function walk(written: string): Promise<{ kind: 'real'; path: string } | { kind: 'invalid'; reason: string }> {
  let real = path.parse(written).root;
  const rest = segments(written.slice(real.length));
  let links = 0;
  for (let next = rest.shift(); next !== undefined; next = rest.shift()) {
    if (next === '..') {
      real = path.dirname(real);
      continue;
    }
    const candidate = path.join(real, next);
    const found = await look(candidate);
    if (found === 'missing' || found === 'file') {
      if (rest.includes('..')) return { kind: 'invalid', reason: `it goes back from "${next}", which is no folder` };
      if (found === 'file' && rest.length > 0) return { kind: 'invalid', reason: `"${next}" is no folder` };
      return { kind: 'real', path: path.join(candidate, ...rest) };
    }
    if (found === 'unreadable') return { kind: 'invalid', reason: `"${next}" cannot be looked at` };
    if (found === 'folder') {
      real = candidate;
      continue;
    }
    links += 1;
    if (links > maxLinks) return { kind: 'invalid', reason: 'its links lead in a circle' };
    if (path.isAbsolute(found.link)) real = path.parse(found.link).root;
    rest.unshift(...segments(found.link));
  }
  return { kind: 'real', path: real };
}

async function look(file: string): Promise<'missing' | 'unreadable' | 'file' | 'folder' | { readonly link: string }> {
  try {
    const stats = await lstat(file);
    if (stats.isSymbolicLink()) return { link: await readlink(file) };
    return stats.isDirectory() ? 'folder' : 'file';
  } catch (error) {
    return systemErrorCode(error) === 'ENOENT' ? 'missing' : 'unreadable';
  }
}

/** The one spelling of a path on file systems that fold case; what does not exist yet keeps its own. */
async function canonical(real: string): Promise<string> {
  const missing: string[] = [];
  for (let existing = real; ; existing = path.dirname(existing)) {
    try {
      return path.join(await realpath(existing), ...missing);
    } catch {
      if (path.dirname(existing) === existing) return real;
      missing.unshift(path.basename(existing));
    }
  }
}

async function entryAt(real: string): Promise<{ entry: 'file' | 'folder' | 'missing' | 'special'; hardLinks: number }> {
  try {
    const stats = await lstat(real);
    if (stats.isFile()) return { entry: 'file', hardLinks: stats.nlink };
    return { entry: stats.isDirectory() ? 'folder' : 'special', hardLinks: 1 };
  } catch (error) {
    // What cannot be looked at is not taken for something harmless.
    return { entry: systemErrorCode(error) === 'ENOENT' ? 'missing' : 'special', hardLinks: 1 };
  }
}

async function listBelow(realRoot: string, folders: readonly string[]): Promise<readonly string[] | null> {
  const found: string[] = [];
  const waiting = [...folders];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    const entries = await readdir(path.join(realRoot, folder), { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      const name = folder === '' ? entry.name : `${folder}/${entry.name}`;
      found.push(name);
      if (found.length > maxBelow) return null;
      // What lies in these is covered by their own names.
      const isClosed = entry.name === '.git' || entry.name === 'node_modules';
      if (entry.isDirectory() && !isClosed) waiting.push(name);
    }
  }
  return found;
}

/** The path below a folder with forward slashes, '' for the folder itself, null for what is not in it. */
function relativeTo(folder: string, file: string): string | null {
  const relative = path.relative(folder, file);
  if (relative === '..' || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative)) return null;
  return relative.split(path.sep).join('/');
}

function segments(text: string): string[] {
  return text.split(path.sep === '\\' ? /[/\\]/ : '/').filter((part) => part !== '' && part !== '.');
}

/** What of an action would be written or sent, names of files and branches included. */
function textsOf(action: Action): readonly string[] {
  switch (action.kind) {
    case 'file_write':
      return [action.path, action.content];
    case 'file_edit':
      return [action.path, action.newText];
    case 'command':
      return [[action.command, ...Object.values(action.env ?? {})].join('\n')];
    case 'git_commit':
      return [action.message];
    case 'git_branch':
      return [action.branch];
    case 'git_push':
      return [`${action.remote}\n${action.branch}`];
    case 'mcp_call':
      return [JSON.stringify(action.arguments), serviceText(action)];
    case 'mcp_start':
      return [JSON.stringify(action.launch)];
    case 'fetch':
      return [...new Set(spellings(action.url).flatMap((url) => [url, url.replaceAll('+', ' ')]))];
    default:
      return [];
  }
}
