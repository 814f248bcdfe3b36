import { printNoteKey } from '../../../server/src/audit/note/noteKey.ts';
import { buildLog, type BuiltLog, type Files } from './signedLog.ts';
import { headsOf, verifyInMemory, type Known } from './verifyInMemory.ts';

export const sizes = (until: number, step: number): number[] =>
  Array.from({ length: Math.floor(until / step) }, (_, n) => (n + 1) * step);

/** Short entries, so that there are fewer bytes to change. */
export const shortContent = (seq: number) => ({
  who: 'a',
  what: 'b',
  where: null,
  why: 'é',
  ...(seq === 0 ? {} : { metadata: { n: seq } }),
});

/** 200 entries with ten checkpoints of two keys in one file, and of one key in three files. */
export const log = buildLog({ entries: 200, checkpoints: sizes(200, 20), newKeys: [100], content: shortContent });
export const split = buildLog({
  entries: 200,
  checkpoints: sizes(200, 20),
  rotations: [60, 120],
  content: shortContent,
});

/** What a machine remembers that saw all of a log of 200 entries. */
export const headsAfter = (built: BuiltLog) => headsOf({ size: 200, hash: built.hashAt(200), checkpointSize: 200 });

export const firstKey = (built: BuiltLog): string =>
  built.signers
    .slice(0, 1)
    .map(({ key }) => printNoteKey(key))
    .join('');

type Verdict = 'altered' | 'incomplete' | 'both';

/** Verifies plainly and strictly; answers what does not fit the expectation, nothing where all does. */
export function misjudged(files: Files, expected: Verdict, known: Known = {}, brokenAt?: number): unknown[] {
  return [false, true].flatMap((isStrict) => {
    const { valid, integrity, completeness, error, ...rest } = verifyInMemory(files, { ...known, isStrict });
    const isAltered = integrity === 'altered';
    const isIncomplete = completeness === 'incomplete';
    const isRight =
      !valid &&
      error !== null &&
      isAltered === (expected !== 'incomplete') &&
      isIncomplete === (expected !== 'altered') &&
      (brokenAt === undefined || rest.brokenAt === brokenAt);
    return isRight ? [] : [{ isStrict, valid, integrity, completeness, error, brokenAt: rest.brokenAt, expected }];
  });
}
