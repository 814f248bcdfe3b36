import { explanation } from './explanation.ts';
import { placeInStack, type ReadReport, type TestFailure } from './testReport.ts';

export const readVitest: ReadReport = (output) => {
  if (/^No test files found/m.test(output)) return { counts: { run: 0, failed: 0, skipped: 0 }, failures: [] };
  const summary = /^\s*Test Files {2}.*\n(?:\s*Tests {2}(.*)\n)?/m.exec(output);
  if (summary === null) return null;
  const tests = summary[1] ?? '';
  const count = (word: string): number => Number(new RegExp(`(\\d+) ${word}`).exec(tests)?.[1] ?? 0);
  const failedFiles = Number(/(\d+) failed/.exec(summary[0].split('\n')[0] ?? '')?.[1] ?? 0);
  const failed = Math.max(count('failed'), failedFiles);
  return {
    counts: { run: count('passed') + failed, failed, skipped: count('skipped') + count('todo') },
    failures: failuresOf(output),
  };
};

function failuresOf(output: string): readonly TestFailure[] {
  const failures: TestFailure[] = [];
  for (const part of output.split(/^ ?FAIL {2}/m).slice(1)) {
    const [title = '', ...rest] = part.split('\n');
    const [file = '', ...names] = title
      .replace(/ \[ .* \]$/, '')
      .replace(/^\|.*?\| /, '')
      .split(' > ');
    const body = rest.join('\n').split(/^⎯+(?:\[|$)/m)[0] ?? '';
    const place = placeInStack(body) ?? { path: file.trim(), line: 1 };
    failures.push({
      name: names.length > 0 ? names.join(' > ').trim() : file.trim(),
      message: explanation(rest.filter((line) => !/^ ?FAIL {2}/.test(line))) ?? 'failed',
      // A dependency's frame says little; the file of the test is always known.
      path: place.path.startsWith('..') || place.path.startsWith('/') ? file.trim() : place.path,
      line: place.line,
    });
  }
  return failures;
}
