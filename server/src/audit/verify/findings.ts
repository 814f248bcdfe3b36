import type { AnchorClaim } from './evidence.ts';

/** Something wrong with a log. */
export interface Problem {
  /** Zero-based index among the lines that are there; null where it is not about a line. */
  readonly at: number | null;
  /** The file that it is about, by name; null for the log as a whole. */
  readonly file: string | null;
  /** Completes a sentence about that file: "entry 7 was changed …". */
  readonly text: string;
}

/** What the lines of a log tell, held against the evidence. */
export interface Findings {
  /** Complete lines. */
  readonly entries: number;
  /** How many entries the log reaches to from its very beginning, those included that were deleted on purpose. */
  readonly reached: number;
  readonly logId: string | null;
  /** `seq` of the first entry; those before it were deleted on purpose. */
  readonly first: number;
  /** The first line or place that was altered. */
  readonly altered: Problem | null;
  /** The first place where something is missing. */
  readonly missing: Problem | null;
  /** The log ends inside a line: its writer was stopped, or its end was cut off. */
  readonly isTorn: boolean;
  /** Up to this many entries the lines agree with what is known from elsewhere. */
  readonly provedTo: number;
  readonly agreeing: readonly AnchorClaim[];
  readonly isStrict: boolean;
  /** By the log's own words: begun because the one before was lost; the entry by which a person acknowledged that. */
  readonly isRestarted: boolean;
  readonly lossAcknowledgedAt: number | null;
}

/** The one that stands first in the log; those that are about no line stand last. */
export function firstOf(...problems: readonly (Problem | null)[]): Problem | null {
  const at = (problem: Problem): number => problem.at ?? Infinity;
  return problems.reduce<Problem | null>(
    (first, problem) => (problem !== null && (first === null || at(problem) < at(first)) ? problem : first),
    null,
  );
}
