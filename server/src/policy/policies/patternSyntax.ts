// Patterns of policies are regular expressions without what needs going back over the text (backreferences, looking
// around): they are compiled to steps that are all followed at once, so that no text makes one of them slow.

/** Code units, both ends included. */
export type Range = readonly [from: number, to: number];

export type Step =
  | { readonly kind: 'set'; readonly ranges: readonly Range[]; readonly next: number }
  | { readonly kind: 'fork'; readonly next: readonly number[] }
  | { readonly kind: 'assert'; readonly what: Assertion; readonly next: number }
  | { readonly kind: 'match' };

export type Assertion = 'line_start' | 'line_end' | 'word' | 'not_word';

export type CompiledPattern =
  | { readonly kind: 'steps'; readonly steps: readonly Step[]; readonly start: number }
  | { readonly kind: 'invalid'; readonly problem: string };

export const maxPatternLength = 500;
/** What repetitions such as `{1,500}` may grow to. */
const maxSteps = 1000;

/** Compiles a pattern, or says what is wrong with it. */
export function compilePattern(pattern: string, ignoreCase: boolean): CompiledPattern {
  try {
    const node = parse(pattern);
    const steps: Step[] = [{ kind: 'match' }];
    const start = emit(node, 0, { steps, ignoreCase, parts: 0 });
    if (matchesNothing(steps, start)) throw new PatternProblem('matches the empty text, and so everything');
    return { kind: 'steps', steps, start };
  } catch (error) {
    if (error instanceof PatternProblem) return { kind: 'invalid', problem: error.message };
    throw error;
  }
}

class PatternProblem extends Error {}

type Node =
  | { readonly kind: 'set'; readonly ranges: readonly Range[] }
  | { readonly kind: 'assert'; readonly what: Assertion }
  | { readonly kind: 'all'; readonly parts: readonly Node[] }
  | { readonly kind: 'any'; readonly parts: readonly Node[] }
  | { readonly kind: 'repeat'; readonly part: Node; readonly least: number; readonly most: number | null };

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

function parse(pattern: string): Node {
  let at = 0;
  let depth = 0;
  const peek = (): string => pattern.charAt(at);
  const take = (): string => pattern.charAt(at++);
  const isDone = (): boolean => at >= pattern.length;

  const node = alternatives();
  if (!isDone()) throw new PatternProblem('has a ")" without its "("; write \\) for the character');
  return node;

  function alternatives(): Node {
    const parts = [sequence()];
    while (peek() === '|') {
      at += 1;
      parts.push(sequence());
    }
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : { kind: 'any', parts };
  }

  function sequence(): Node {
    const parts: Node[] = [];
    while (!isDone() && peek() !== '|' && peek() !== ')') parts.push(repeated(atom()));
    return { kind: 'all', parts };
  }

  function repeated(part: Node): Node {
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

  function atom(): Node {
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
        return { kind: 'set', ranges: set() };
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

  function group(): Node {
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

  function escaped(): Node {
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

  function set(): readonly Range[] {
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
    return isInverse ? inverse(ranges) : ranges;
  }

  function member(): readonly Range[] {
    const character = take();
    if (character !== '\\') return [one(character)];
    if (isDone()) throw new PatternProblem('ends with a backslash');
    return escapedSet();
  }
}

interface Emission {
  readonly steps: Step[];
  readonly ignoreCase: boolean;
  /** Parts written so far: repetitions of nothing make no steps and must come to an end too. */
  parts: number;
}

/** Writes the steps of a part in front of those at `next`, and answers where they start. */
function emit(node: Node, next: number, emission: Emission): number {
  emission.parts += 1;
  if (emission.parts > 4 * maxSteps) throw tooMuch();
  switch (node.kind) {
    case 'set': {
      const ranges = emission.ignoreCase ? bothCases(node.ranges) : node.ranges;
      return add({ kind: 'set', ranges, next }, emission);
    }
    case 'assert':
      return add({ kind: 'assert', what: node.what, next }, emission);
    case 'all':
      return node.parts.reduceRight((after, part) => emit(part, after, emission), next);
    case 'any':
      return add({ kind: 'fork', next: node.parts.map((part) => emit(part, next, emission)) }, emission);
    case 'repeat':
      return emitRepeat(node, next, emission);
  }
}

function emitRepeat(
  { part, least, most }: Extract<Node, { kind: 'repeat' }>,
  next: number,
  emission: Emission,
): number {
  let after = next;
  if (most === null) {
    const targets = [next];
    const loop = add({ kind: 'fork', next: targets }, emission);
    targets.push(emit(part, loop, emission));
    after = loop;
  } else {
    for (let index = least; index < most; index++) {
      after = add({ kind: 'fork', next: [emit(part, after, emission), next] }, emission);
    }
  }
  for (let index = 0; index < least; index++) after = emit(part, after, emission);
  return after;
}

function add(step: Step, { steps }: Emission): number {
  if (steps.length >= maxSteps) throw tooMuch();
  return steps.push(step) - 1;
}

function tooMuch(): PatternProblem {
  return new PatternProblem('repeats too much; make its repetitions smaller');
}

/** Whether the end is reached without any character; places count as fulfilled, because in some text they are. */
function matchesNothing(steps: readonly Step[], start: number): boolean {
  const seen = new Set<number>();
  const waiting = [start];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    const step = steps[at];
    if (step === undefined || seen.has(at)) continue;
    seen.add(at);
    if (step.kind === 'match') return true;
    if (step.kind === 'fork') waiting.push(...step.next);
    else if (step.kind === 'assert') waiting.push(step.next);
  }
  return false;
}

function one(character: string): Range {
  const unit = character.charCodeAt(0);
  return [unit, unit];
}

function inverse(ranges: readonly Range[]): readonly Range[] {
  const found: Range[] = [];
  let from = 0;
  for (const [low, high] of ranges.toSorted(([a], [b]) => a - b)) {
    if (low > from) found.push([from, low - 1]);
    from = Math.max(from, high + 1);
  }
  if (from <= last) found.push([from, last]);
  return found;
}

function bothCases(ranges: readonly Range[]): readonly Range[] {
  const found: Range[] = [...ranges];
  for (const [low, high] of ranges) {
    // A range over most of the alphabet has both cases already.
    if (high - low > 2000) continue;
    for (let unit = low; unit <= high; unit++) {
      const text = String.fromCharCode(unit);
      for (const other of [text.toLowerCase(), text.toUpperCase()]) if (other.length === 1) found.push(one(other));
    }
  }
  return found;
}
