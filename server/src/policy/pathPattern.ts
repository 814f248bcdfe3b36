// What an entry of `allowed_paths` and `denied_paths` means: a directory or a glob, compared segment by segment.
// A plain entry covers the file or folder of that name and everything below it. In a glob `*` and `?` stay within a
// segment and `**` stands for any number of segments; what the glob names is covered with everything below it too.

/** The segments of an entry as written; `./src//` and `src` are the same. */
export function patternSegments(pattern: string): string[] {
  return segmentsOf(pattern.trim());
}

/** The segments of a path that is relative to the workspace; none for the workspace itself. */
export function segmentsOf(path: string): string[] {
  return path.split('/').filter((segment) => segment !== '' && segment !== '.');
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
  if (!/[*?[]/.test(pattern)) return pattern === name;
  return wildcard(pattern).test(name);
}

/** Whether a glob of plain text (`loki/*`, `github:read_*`) matches all of a text; `*` crosses every character. */
export function matchesText(pattern: string, text: string): boolean {
  return pattern === text || (pattern.includes('*') && textWildcard(pattern).test(text));
}

function coversSegments(pattern: readonly string[], path: readonly string[]): boolean {
  const [first, ...rest] = pattern;
  // Everything of the entry was found: what lies below it is covered.
  if (first === undefined) return true;
  if (first === '**') {
    // A closing `**` means everything below, not the folder itself.
    if (rest.length === 0) return path.length > 0;
    return path.some((_, index) => coversSegments(rest, path.slice(index)));
  }
  const [name, ...below] = path;
  return name !== undefined && matchesSegment(first, name) && coversSegments(rest, below);
}

const compiled = new Map<string, RegExp>();

function wildcard(pattern: string): RegExp {
  return cached(`s:${pattern}`, () => segmentExpression(pattern));
}

function textWildcard(pattern: string): RegExp {
  return cached(`t:${pattern}`, () => new RegExp(`^${escaped(pattern).replace(/(\\\*)+/g, '.*')}$`, 'su'));
}

// A cache and nothing else: the same pattern always gives the same expression.
function cached(key: string, make: () => RegExp): RegExp {
  const known = compiled.get(key);
  if (known !== undefined) return known;
  const made = make();
  if (compiled.size < 10_000) compiled.set(key, made);
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
