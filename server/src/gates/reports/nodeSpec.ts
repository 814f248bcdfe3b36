import { explanation, withValues } from './explanation.ts';
import { lastNumber, placeInStack, type ReadReport, type TestFailure } from './testReport.ts';

/** node:test with its `spec` reporter. */
export const readNodeSpec: ReadReport = (output) => {
  const tests = lastNumber(output, /^ℹ tests (\d+)$/gm);
  if (tests === null) return null;
  const count = (name: string): number => lastNumber(output, new RegExp(`^ℹ ${name} (\\d+)$`, 'gm')) ?? 0;
  const failed = count('fail') + count('cancelled');
  const skipped = count('skipped') + count('todo');
  return { counts: { run: count('pass') + failed, failed, skipped }, failures: failuresOf(output) };
};

/** Each failure is told again at the end, with where its test stands. */
function failuresOf(output: string): readonly TestFailure[] {
  const summary = output.slice(output.lastIndexOf('✖ failing tests:'));
  const failures: TestFailure[] = [];
  for (const part of summary.split(/^test at /m).slice(1)) {
    const [where = '', title = '', ...rest] = part.split('\n');
    const stands = /^(.*):(\d+):\d+$/.exec(where.trim());
    const message = withValues(explanation(rest) ?? 'failed', rest.join('\n'));
    // A file that could not even be loaded says why further up, where its error was printed.
    const place = placeInStack(rest.join('\n')) ?? (stands ? { path: stands[1] ?? '', line: Number(stands[2]) } : null);
    failures.push({
      name: title
        .replace(/^✖ /, '')
        .replace(/ \([\d.]+ms\)$/, '')
        .trim(),
      message: message === "'test failed'" ? (loadError(output) ?? 'the file failed') : message,
      path: place?.path ?? null,
      line: place?.line ?? null,
    });
  }
  return failures;
}

function loadError(output: string): string | null {
  return /^(?:\w*Error(?: \[\w+\])?: .*)$/m.exec(output)?.[0] ?? null;
}
