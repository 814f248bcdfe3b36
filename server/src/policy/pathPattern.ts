// What an entry of `allowed_paths` and `denied_paths` means: a directory or a glob, compared segment by segment.
// A plain entry covers the file or folder of that name and everything below it. In a glob `*` and `?` stay within a
// segment and `**` stands for any number of segments; what the glob names is covered with everything below it too.

// Caches and nothing else: the same pattern always gives the same segments and the same expression.
const taken = new Map<string, readonly string[]>();
const forSegments = new Map<string, RegExp>();
const forTexts = new Map<string, RegExp>();
let last: { readonly path: string; readonly segments: readonly string[] } = { path: '', segments: [] };
const mostKept = 10_000;

/** The segments of an entry as written; `./src//` and `src` are the same. */
export function patternSegments(pattern: string): readonly string[] {
  const known = taken.get(pattern);
  if (known !== undefined) return known;
  const segments = segmentsOf(pattern.trim());
  if (taken.size < mostKept) taken.set(pattern, segments);
  return segments;
}

/** The segments of a path that is relative to the workspace; none for the workspace itself. */
export function segmentsOf(path: string): readonly string[] {
  // One path is held against many entries in a row.
  if (path !== last.path) {
    last = { path, segments: path.split('/').filter((segment) => segment !== '' && segment !== '.') };
  }
  return last.segments;
}

/** Whether an entry covers a path: names it or one of the folders it lies in. */
export function covers(pattern: string, path: string): boolean {
  return coversSegments(patternSegments(pattern), segmentsOf(path));
}

/** Whether something that an entry covers may lie below a folder, judged by names alone. */
export function mayLieBelow(pattern: string, folder: string): boolean {
  const wanted = patternSegments(pattern);
  const given = segmentsOf(folder);
  for (const [index, segment] of given.entries()) {
    const part = wanted[index];
    if (part === undefined) return false;
    if (part === '**') return true;
    if (!matchesSegment(part, segment)) return false;
  }
  return wanted.length > given.length;
}

// Whether an entry starts anywhere in the tree (**/*.pem), so that names of folders say nothing about it.
export function isFloating(pattern: string): boolean {
  return patternSegments(pattern)[0] === '**';
}

/** Whether one segment of a glob matches a name. Case counts: rules that must fold names do it before. */
export function matchesSegment(pattern: string, name: string): boolean {
  return hasWildcard(pattern) ? wildcard(pattern).test(name) : pattern === name;
}

/** Whether a segment stands for more than its own text. */
export function hasWildcard(pattern: string): boolean {
  return pattern.includes('*') || pattern.includes('?') || pattern.includes('[');
}

/** Whether a glob of plain text (`loki/*`, `github:read_*`) matches all of a text; `*` crosses every character. */
export function matchesText(pattern: string, text: string): boolean {
  return pattern === text || (pattern.includes('*') && textWildcard(pattern).test(text));
}

/** Whether the pattern from segment `from` on covers the path from segment `at` on. */
function coversSegments(pattern: readonly string[], path: readonly string[], from = 0, at = 0): boolean {
  const first = pattern[from];
  // Everything of the entry was found: what lies below it is covered.
  if (first === undefined) return true;
  if (first === '**') {
    // A closing `**` means everything below, not the folder itself.
    if (from === pattern.length - 1) return path.length > at;
    for (let start = at; start < path.length; start += 1) {
      if (coversSegments(pattern, path, from + 1, start)) return true;
    }
    return false;
  }
  const name = path[at];
  return name !== undefined && matchesSegment(first, name) && coversSegments(pattern, path, from + 1, at + 1);
}

function wildcard(pattern: string): RegExp {
  return cached(forSegments, pattern, () => segmentExpression(pattern));
}

function textWildcard(pattern: string): RegExp {
  return cached(forTexts, pattern, () => new RegExp(`^${escaped(pattern).replace(/(\\\*)+/g, '.*')}$`, 'su'));
}

function cached(known: Map<string, RegExp>, pattern: string, make: () => RegExp): RegExp {
  const found = known.get(pattern);
  if (found !== undefined) return found;
  const made = make();
  if (known.size < mostKept) known.set(pattern, made);
  return made;
}

function segmentExpression(pattern: string): RegExp {
  let source = '';
  let rest = pattern;
  while (rest !== '') {
    const set = /^\[(!|\^)?(\]?[^\]]*)\]/.exec(rest);
    if (set !== null) {
      source += `[${set[1] === undefined ? '' : '^'}${(set[2] ?? '').replace(/[\\[\]^&~]/g, '\\$&')}]`;
      rest = rest.slice(set[0].length);
      continue;
    }
    const character = rest.charAt(0);
    if (character === '*') {
      rest = rest.replace(/^\*+/, '');
      source += '[^/]*';
      continue;
    }
    source += character === '?' ? '[^/]' : escaped(character);
    rest = rest.slice(1);
  }
  try {
    return new RegExp(`^${source}$`, 's');
  } catch {
    // A set that no expression can be made of (`[z-a]`) matches its own text.
    return new RegExp(`^${escaped(pattern)}$`, 's');
  }
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
