import type { ReadReport, TestFailure } from './testReport.ts';

/** So many are told; each is looked for in the whole output. */
const maxFailures = 100;

export const readPytest: ReadReport = (output) => {
  const summary = /^=*\s?(\d+ [a-z]+(?:, \d+ [a-z]+)*|no tests ran) in [\d.]+s.*$/m.exec(output);
  if (summary === null) return null;
  const words = summary[1] ?? '';
  const count = (word: string): number => Number(new RegExp(`(\\d+) ${word}`).exec(words)?.[1] ?? 0);
  const failed = count('failed') + count('errors?');
  return {
    counts: {
      run: count('passed') + count('xfailed') + count('xpassed') + failed,
      failed,
      skipped: count('skipped') + count('deselected'),
    },
    failures: failuresOf(output),
  };
};

/** The short summary names each failure; where it happened is in the section above, as `file.py:12: AssertionError`. */
function failuresOf(output: string): readonly TestFailure[] {
  const failures: TestFailure[] = [];
  for (const [, , id = '', message = ''] of output.matchAll(/^(FAILED|ERROR) (\S+)(?: - (.*))?$/gm)) {
    if (failures.length === maxFailures) break;
    const [file = '', ...names] = id.split('::');
    const places = output.matchAll(new RegExp(`^${file.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}:(\\d+): `, 'gm'));
    const lines = [...places].map((place) => Number(place[1]));
    const nth = failures.filter((failure) => failure.path === file).length;
    const name = names.join('::') || file;
    failures.push({ name, message: message || 'failed', path: file, line: lines[nth] ?? lines.at(-1) ?? 1 });
  }
  return failures;
}
