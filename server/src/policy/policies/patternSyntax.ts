// Patterns of policies are regular expressions without what needs going back over the text (backreferences, looking
// around).

/** Code units, both ends included. */
export type Range = readonly [from: number, to: number];

export type Assertion = 'line_start' | 'line_end' | 'word' | 'not_word';

/** What is wrong with a pattern, in words that go on after its name. */
export class PatternProblem extends Error {}

export type PatternNode =
  /** With `isInverse` what is not in the ranges; without case the ranges are widened first. */
  | { readonly kind: 'set'; readonly ranges: readonly Range[]; readonly isInverse?: boolean }
  | { readonly kind: 'assert'; readonly what: Assertion }
  | { readonly kind: 'all'; readonly parts: readonly PatternNode[] }
  | { readonly kind: 'any'; readonly parts: readonly PatternNode[] }
  | { readonly kind: 'repeat'; readonly part: PatternNode; readonly least: number; readonly most: number | null };

const last = 0xffff;
const digits: readonly Range[] = [[48, 57]];
const word: readonly Range[] = [
  [48, 57],
  [65, 90],
  [95, 95],
  [97, 122],
];
const blank: readonly Range[] = [
  [9, 13],
  [32, 32],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff],
];
const classes: Readonly<Record<string, readonly Range[]>> = {
  d: digits,
  D: inverse(digits),
  w: word,
  W: inverse(word),
  s: blank,
  S: inverse(blank),
};
const controls: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, f: 12, v: 11, 0: 0 };
const notNewline = inverse([
  [10, 10],
  [13, 13],
  [0x2028, 0x2029],
]);

/** Parses a pattern, or throws a `PatternProblem`. */
export function parsePattern(pattern: string): PatternNode {
  let at = 0;
  let depth = 0;
  const peek = (): string => pattern.charAt(at);
  const take = (): string => pattern.charAt(at++);
  const isDone = (): boolean => at >= pattern.length;

  const node = alternatives();
  if (!isDone()) throw new PatternProblem('has a ")" without its "("; write \\) for the character');
  return node;

  function alternatives(): PatternNode {
    const parts = [sequence()];
    while (peek() === '|') {
      at += 1;
      parts.push(sequence());
    }
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : { kind: 'any', parts };
  }

  function sequence(): PatternNode {
    const parts: PatternNode[] = [];
    while (!isDone() && peek() !== '|' && peek() !== ')') parts.push(repeated(atom()));
    return { kind: 'all', parts };
  }

  function repeated(part: PatternNode): PatternNode {
    const found = /^(?:([*+?])|\{(\d{1,4})(?:(,)(\d{0,4}))?\})/.exec(pattern.slice(at));
    if (found === null) return part;
    const [text, sign, few, comma, many] = found;
    at += text.length;
    if (peek() === '?') at += 1;
    if (/^(?:[*+?]|\{\d)/.test(pattern.slice(at))) throw new PatternProblem('repeats a repetition; put it into ( )');
    if (part.kind === 'assert') throw new PatternProblem('repeats a place (^, $ or \\b)');
    if (sign !== undefined) {
      return { kind: 'repeat', part, least: sign === '+' ? 1 : 0, most: sign === '?' ? 1 : null };
    }
    const least = Number(few);
    const most = comma === undefined ? least : many === undefined || many === '' ? null : Number(many);
    if (most !== null && most < least) throw new PatternProblem(`has a repetition ${text} that ends before it begins`);
    return { kind: 'repeat', part, least, most };
  }

  function atom(): PatternNode {
    const character = take();
    switch (character) {
      case '.':
        return { kind: 'set', ranges: notNewline };
      case '^':
        return { kind: 'assert', what: 'line_start' };
      case '$':
        return { kind: 'assert', what: 'line_end' };
      case '(':
        return group();
      case '[':
        return set();
      case '\\':
        return escaped();
      case '*':
      case '+':
      case '?':
        throw new PatternProblem(`repeats nothing at "${character}"; write \\${character} for the character`);
      default:
        return { kind: 'set', ranges: [one(character)] };
    }
  }

  function group(): PatternNode {
    depth += 1;
    if (depth > 50) throw new PatternProblem('is nested too deeply');
    const opening = /^\?(?::|<[A-Za-z]\w*>)/.exec(pattern.slice(at));
    if (opening !== null) at += opening[0].length;
    else if (peek() === '?') {
      throw new PatternProblem('uses "(?", and only (?: ) and (?<name> ) can be followed in linear time');
    }
    const inner = alternatives();
    if (take() !== ')') throw new PatternProblem('has a "(" without its ")"; write \\( for the character');
    depth -= 1;
    return inner;
  }

  function escaped(): PatternNode {
    if (isDone()) throw new PatternProblem('ends with a backslash');
    if (peek() === 'b' || peek() === 'B') return { kind: 'assert', what: take() === 'b' ? 'word' : 'not_word' };
    return { kind: 'set', ranges: escapedSet() };
  }

  function escapedSet(): readonly Range[] {
    const character = take();
    const known = Object.hasOwn(classes, character) ? classes[character] : undefined;
    if (known !== undefined) return known;
    const control = Object.hasOwn(controls, character) ? controls[character] : undefined;
    if (control !== undefined && !/\d/.test(peek())) return [[control, control]];
    const code = /^(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4}))/.exec(character + pattern.slice(at, at + 4));
    if (code !== null) {
      at += code[0].length - 1;
      const unit = Number.parseInt(code[1] ?? code[2] ?? '', 16);
      return [[unit, unit]];
    }
    if (/[A-Za-z0-9]/.test(character)) {
      throw new PatternProblem(`uses \\${character}, which is not known or cannot be followed in linear time`);
    }
    return [one(character)];
  }

  function set(): PatternNode {
    const isInverse = peek() === '^';
    if (isInverse) at += 1;
    const ranges: Range[] = [];
    for (let isFirst = true; isFirst || peek() !== ']'; isFirst = false) {
      if (isDone() || (isFirst && peek() === ']')) throw new PatternProblem('has a "[" that is empty or never ends');
      const from = member();
      const isRange = peek() === '-' && pattern.charAt(at + 1) !== ']' && at + 1 < pattern.length;
      if (!isRange) {
        ranges.push(...from);
        continue;
      }
      at += 1;
      const to = member();
      const [low] = from[0] ?? [];
      const [high] = to[0] ?? [];
      const isSingle = [from, to].every((side) => side.length === 1 && side[0]?.[0] === side[0]?.[1]);
      if (!isSingle || low === undefined || high === undefined || low > high) {
        throw new PatternProblem('has a range in [ ] that is none');
      }
      ranges.push([low, high]);
    }
    at += 1;
    return { kind: 'set', ranges, isInverse };
  }

  function member(): readonly Range[] {
    const character = take();
    if (character !== '\\') return [one(character)];
    if (isDone()) throw new PatternProblem('ends with a backslash');
    return escapedSet();
  }
}

function one(character: string): Range {
  const unit = character.charCodeAt(0);
  return [unit, unit];
}

/** All code units that are in none of the ranges. */
export function inverse(ranges: readonly Range[]): readonly Range[] {
  const found: Range[] = [];
  let from = 0;
  for (const [low, high] of ranges.toSorted(([a], [b]) => a - b)) {
    if (low > from) found.push([from, low - 1]);
    from = Math.max(from, high + 1);
  }
  if (from <= last) found.push([from, last]);
  return found;
}
