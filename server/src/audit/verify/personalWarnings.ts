import type { ErasedValues } from '../personal/erasedCommitments.ts';

/** What to warn of where personal values are kept beside a log. None of it makes the log itself less than intact. */
export function personalWarnings({ erased, stillThere, altered, missing }: ErasedValues): readonly string[] {
  const warnings: string[] = [];
  if (erased.length > 0)
    warnings.push(`${valuesOf(erased.length)} erased on purpose, as the log records; the entries themselves are here`);
  if (stillThere.length > 0)
    warnings.push(
      `${valuesOf(stillThere.length)} recorded as erased and lie beside the log all the same: run loki audit erase once more (${named(stillThere)})`,
    );
  if (missing > 0)
    warnings.push(`${valuesOf(missing)} not beside the log, and no entry says that somebody erased them`);
  if (altered.length > 0)
    warnings.push(`${valuesOf(altered.length)} not what the log commits to: do not rely on them (${named(altered)})`);
  return warnings;
}

function valuesOf(count: number): string {
  return count === 1 ? '1 personal value is' : `${count} personal values are`;
}

function named(commitments: readonly string[]): string {
  const shown = commitments.slice(0, 3).map((one) => one.slice(0, 'commitment:'.length + 12));
  return commitments.length > shown.length ? `${shown.join(', ')}, …` : shown.join(', ');
}
