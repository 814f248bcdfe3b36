import { invariant } from '../../base/invariant.ts';
import { compilePattern, type Assertion, type Step } from './patternSyntax.ts';
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

const maxStates = 2000;

function createMatcher(steps: readonly Step[], start: number): (text: string) => boolean {
  const { classOf, samples } = classesOf(steps);
  const end = samples.length;
  let states = new Map<string, State>();
  const stateOf = (list: readonly number[], before: Neighbour): State => {
    const key = `${before}:${list.join(',')}`;
    const known = states.get(key);
    if (known !== undefined) return known;
    // Forgetting them bounds the memory; the steps themselves are followed on.
    if (states.size >= maxStates) states = new Map();
    const made: State = { steps: list, before, next: Array.from({ length: end + 1 }, () => null) };
    states.set(key, made);
    return made;
  };

  const follow = (state: State, found: number): State | 'found' => {
    const unit = found === end ? null : (samples[found] ?? 0);
    const after = unit === null ? 'line' : neighbourOf(unit);
    const reached = reachable(steps, [...state.steps, start], state.before, after);
    if (reached.some((at) => steps[at]?.kind === 'match')) return 'found';
    const moved = new Set<number>();
    for (const at of reached) {
      const step = steps[at];
      if (unit !== null && step?.kind === 'set' && holds(step, unit)) moved.add(step.next);
    }
    return stateOf(
      [...moved].sort((a, b) => a - b),
      after,
    );
  };

  return (text) => {
    let state = stateOf([], 'line');
    for (let index = 0; index <= text.length; index++) {
      const found = index === text.length ? end : (classOf[text.charCodeAt(index)] ?? 0);
      const next = (state.next[found] ??= follow(state, found));
      if (next === 'found') return true;
      state = next;
    }
    return false;
  };
}

function reachable(steps: readonly Step[], from: readonly number[], before: Neighbour, after: Neighbour): number[] {
  const seen = new Set<number>();
  const waiting = [...from];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    const step = steps[at];
    if (step === undefined || seen.has(at)) continue;
    seen.add(at);
    if (step.kind === 'fork') waiting.push(...step.next);
    else if (step.kind === 'assert' && isThere(step.what, before, after)) waiting.push(step.next);
  }
  return [...seen];
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

function holds(step: Extract<Step, { kind: 'set' }>, unit: number): boolean {
  return step.ranges.some(([low, high]) => low <= unit && unit <= high);
}

function neighbourOf(unit: number): Neighbour {
  if (unit === 10 || unit === 13) return 'line';
  return /\w/.test(String.fromCharCode(unit)) ? 'word' : 'other';
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
