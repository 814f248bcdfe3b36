import {
  inverse,
  parsePattern,
  PatternProblem,
  type Assertion,
  type PatternNode,
  type Range,
} from './patternSyntax.ts';

// Patterns of policies are compiled to steps that are all followed at once (patternMatcher.ts), so that no text makes one
// of them slow.

export type Step =
  | { readonly kind: 'set'; readonly ranges: readonly Range[]; readonly next: number }
  | { readonly kind: 'fork'; readonly next: readonly number[] }
  | { readonly kind: 'assert'; readonly what: Assertion; readonly next: number }
  | { readonly kind: 'match' };

export type CompiledPattern =
  | { readonly kind: 'steps'; readonly steps: readonly Step[]; readonly start: number }
  | { readonly kind: 'invalid'; readonly problem: string };

export const maxPatternLength = 500;
/** What repetitions such as `{1,500}` may grow to. */
const maxSteps = 1000;

/** Compiles a pattern, or says what is wrong with it. */
export function compilePattern(pattern: string, ignoreCase: boolean): CompiledPattern {
  try {
    const node = parsePattern(pattern);
    const steps: Step[] = [{ kind: 'match' }];
    const start = emit(node, 0, { steps, ignoreCase, parts: 0 });
    if (matchesNothing(steps, start)) throw new PatternProblem('matches the empty text, and so everything');
    return { kind: 'steps', steps, start };
  } catch (error) {
    if (error instanceof PatternProblem) return { kind: 'invalid', problem: error.message };
    throw error;
  }
}

interface Emission {
  readonly steps: Step[];
  readonly ignoreCase: boolean;
  /** Parts written so far: repetitions of nothing make no steps and must come to an end too. */
  parts: number;
}

/** Writes the steps of a part in front of those at `next`, and answers where they start. */
function emit(node: PatternNode, next: number, emission: Emission): number {
  emission.parts += 1;
  if (emission.parts > 4 * maxSteps) throw tooMuch();
  switch (node.kind) {
    case 'set': {
      const ranges = emission.ignoreCase ? bothCases(node.ranges) : node.ranges;
      return add({ kind: 'set', ranges: node.isInverse === true ? inverse(ranges) : ranges, next }, emission);
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
  { part, least, most }: Extract<PatternNode, { kind: 'repeat' }>,
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

function bothCases(ranges: readonly Range[]): readonly Range[] {
  const found: Range[] = [...ranges];
  for (const [low, high] of ranges) {
    // A range over most of the alphabet has both cases already.
    if (high - low > 2000) continue;
    for (let unit = low; unit <= high; unit++) {
      const text = String.fromCharCode(unit);
      for (const other of [text.toLowerCase(), text.toUpperCase()])
        if (other.length === 1) found.push([other.charCodeAt(0), other.charCodeAt(0)]);
    }
  }
  return found;
}
