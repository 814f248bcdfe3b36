import { explanation } from './explanation.ts';
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
  const told = explanationsIn(output);
  for (const [, , id = '', message = ''] of output.matchAll(/^(FAILED|ERROR) (\S+)(?: - (.*))?$/gm)) {
    if (failures.length === maxFailures) break;
    const [file = '', ...names] = id.split('::');
    const places = output.matchAll(new RegExp(`^${file.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}:(\\d+): `, 'gm'));
    const lines = [...places].map((place) => Number(place[1]));
    const nth = failures.filter((failure) => failure.path === file).length;
    const name = names.join('::') || file;
    const said = told.get(names.join('.')) ?? (message || 'failed');
    failures.push({ name, message: said, path: file, line: lines[nth] ?? lines.at(-1) ?? 1 });
  }
  return failures;
}

/** What each failed test's section explains, in lines that begin with E; the summary cuts it at the terminal's width. */
function explanationsIn(output: string): ReadonlyMap<string, string> {
  const lines = new Map<string, string[]>();
  let section: string[] | null = null;
  for (const line of output.split('\n')) {
    const title = /^_{3,} (\S+) _{3,}$/.exec(line)?.[1];
    if (title !== undefined) {
      section = [];
      lines.set(title, section);
    } else if (line.startsWith('=')) section = null;
    else if (/^E {3}/.test(line)) section?.push(line.slice(1));
  }
  const told = new Map<string, string>();
  for (const [title, said] of lines) {
    const words = explanation(said);
    if (words !== null) told.set(title, words);
  }
  return told;
}
