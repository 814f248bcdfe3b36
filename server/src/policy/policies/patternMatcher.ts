import { invariant } from '../../base/invariant.ts';
import { compilePattern, type Step } from './compilePattern.ts';
import type { Assertion } from './patternSyntax.ts';
import type { ContentPattern } from './policies.ts';

// Follows all steps of a pattern at once over a text, and remembers where a set of steps leads: time grows with the text
// and never with how it is built.

/** Whether a pattern occurs in a text. Linear in the text; a pattern that was not checked at load is a bug. */
export function occursIn({ pattern, ignoreCase }: ContentPattern, text: string): boolean {
  const key = `${ignoreCase ? 'i' : 'c'}:${pattern}`;
  let matcher = matchers.get(key);
  if (matcher === undefined) {
    const compiled = compilePattern(pattern, ignoreCase);
    invariant(compiled.kind === 'steps', 'a pattern is checked when its file is read');
    matcher = createMatcher(compiled.steps, compiled.start);
    if (matchers.size < 500) matchers.set(key, matcher);
  }
  return matcher(text);
}

// A cache and nothing else: the same pattern always answers the same.
const matchers = new Map<string, (text: string) => boolean>();

/** What stands before or after a place in the text; its ends count as the ends of a line. */
type Neighbour = 'line' | 'word' | 'other';

interface State {
  readonly steps: readonly number[];
  readonly before: Neighbour;
  /** By class of character; null where nothing was found out yet. */
  readonly next: (State | 'found' | null)[];
}

/** Sets of steps that are remembered for one pattern; where a text leads to more, they are followed without memory. */
const maxStates = 500;

function createMatcher(steps: readonly Step[], start: number): (text: string) => boolean {
  const { classOf, samples } = classesOf(steps);
  const end = samples.length;
  const follow = createFollower(steps, start);
  const states = new Map<string, State>();
  const stateOf = (list: readonly number[], before: Neighbour): State | null => {
    const key = `${before}:${list.join(',')}`;
    const known = states.get(key);
    if (known !== undefined || states.size >= maxStates) return known ?? null;
    const made: State = { steps: list, before, next: Array.from({ length: end + 1 }, () => null) };
    states.set(key, made);
    return made;
  };
  const first: State = stateOf([], 'line') ?? { steps: [], before: 'line', next: [] };

  return (text) => {
    let state = first;
    for (let index = 0; index <= text.length; index++) {
      const found = index === text.length ? end : (classOf[text.charCodeAt(index)] ?? 0);
      const known = state.next[found] ?? null;
      if (known === 'found') return true;
      if (known !== null) {
        state = known;
        continue;
      }
      const unit = found === end ? null : (samples[found] ?? 0);
      const reached = follow(state.steps, state.before, unit);
      if (reached === 'found') {
        state.next[found] = 'found';
        return true;
      }
      const after = unit === null ? 'line' : neighbourOf(unit);
      const next = stateOf(
        reached.toSorted((x, y) => x - y),
        after,
      );
      if (next === null) return occursFrom(follow, text, index + 1, reached, after);
      state = state.next[found] = next;
    }
    return false;
  };
}

/** What is left of a text that leads to too many sets of steps; longer ones count as found, unread (fail closed). */
const maxWithoutMemory = 262_144;

/** Goes on without remembering anything: slower for each character, and no slower for any text. */
function occursFrom(
  follow: Follow,
  text: string,
  from: number,
  reached: readonly number[],
  neighbour: Neighbour,
): boolean {
  if (text.length - from > maxWithoutMemory) return true;
  let current = reached;
  let before = neighbour;
  for (let index = from; index <= text.length; index++) {
    const unit = index === text.length ? null : text.charCodeAt(index);
    const next = follow(current, before, unit);
    if (next === 'found') return true;
    current = next;
    before = unit === null ? 'line' : neighbourOf(unit);
  }
  return false;
}

/** The steps behind one more character (null for the end of the text), or that the pattern is found before it. */
type Follow = (current: readonly number[], before: Neighbour, unit: number | null) => number[] | 'found';

function createFollower(steps: readonly Step[], start: number): Follow {
  const seen = new Uint32Array(steps.length);
  const taken = new Uint32Array(steps.length);
  let round = 0;
  return (current, before, unit) => {
    round += 1;
    if (round > 0xffff_fff0) {
      seen.fill(0);
      taken.fill(0);
      round = 1;
    }
    const after = unit === null ? 'line' : neighbourOf(unit);
    const next: number[] = [];
    const waiting = [start, ...current];
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      if (seen[at] === round) continue;
      seen[at] = round;
      const step = steps[at];
      if (step === undefined) continue;
      if (step.kind === 'match') return 'found';
      if (step.kind === 'fork') for (const one of step.next) waiting.push(one);
      else if (step.kind === 'assert') {
        if (isThere(step.what, before, after)) waiting.push(step.next);
      } else if (unit !== null && taken[step.next] !== round && holds(step, unit)) {
        taken[step.next] = round;
        next.push(step.next);
      }
    }
    return next;
  };
}

function isThere(what: Assertion, before: Neighbour, after: Neighbour): boolean {
  switch (what) {
    case 'line_start':
      return before === 'line';
    case 'line_end':
      return after === 'line';
    case 'word':
      return (before === 'word') !== (after === 'word');
    case 'not_word':
      return (before === 'word') === (after === 'word');
  }
}

function holds({ ranges }: Extract<Step, { kind: 'set' }>, unit: number): boolean {
  for (const [low, high] of ranges) if (low <= unit && unit <= high) return true;
  return false;
}

function neighbourOf(unit: number): Neighbour {
  if (unit === 10 || unit === 13) return 'line';
  const isWord = (unit >= 97 && unit <= 122) || (unit >= 48 && unit <= 57) || (unit >= 65 && unit <= 90) || unit === 95;
  return isWord ? 'word' : 'other';
}

/** Characters that no step tells apart are one class: the fewer there are, the more is remembered. */
function classesOf(steps: readonly Step[]): { readonly classOf: Uint16Array; readonly samples: readonly number[] } {
  const cuts = new Set([0, 10, 11, 13, 14, 48, 58, 65, 91, 95, 96, 97, 123]);
  for (const step of steps) {
    if (step.kind !== 'set') continue;
    for (const [low, high] of step.ranges) cuts.add(low).add(high + 1);
  }
  const samples = [...cuts].filter((unit) => unit <= 0xffff).sort((a, b) => a - b);
  const classOf = new Uint16Array(0x10000);
  for (const [index, unit] of samples.entries()) classOf.fill(index, unit, samples[index + 1] ?? 0x10000);
  return { classOf, samples };
}
