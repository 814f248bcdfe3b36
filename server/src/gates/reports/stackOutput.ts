import { explanation } from './explanation.ts';
import { lastNumber, placeInStack, type ReadReport, type TestFailure } from './testReport.ts';

/** Mocha, jest and runners that print alike: counts in words, failures as titles above a stack. */
export const readStackOutput: ReadReport = (output) => {
  if (/^No tests found/m.test(output)) return { counts: { run: 0, failed: 0, skipped: 0 }, failures: [] };
  return readJest(output) ?? readMocha(output);
};

const readJest: ReadReport = (output) => {
  const summary = [...output.matchAll(/^Tests: {2,}(.*)$/gm)].at(-1)?.[1];
  if (summary === undefined) return null;
  const count = (word: string): number => Number(new RegExp(`(\\d+) ${word}`).exec(summary)?.[1] ?? 0);
  const suites = [...output.matchAll(/^Test Suites: (?:(\d+) failed)?/gm)].at(-1)?.[1];
  const failed = Math.max(count('failed'), Number(suites ?? 0));
  const failures: TestFailure[] = [];
  for (const part of output.split(/^ {2}● /m).slice(1)) failures.push(failureOf(part));
  return { counts: { run: count('passed') + failed, failed, skipped: count('skipped') + count('todo') }, failures };
};

const readMocha: ReadReport = (output) => {
  const passed = lastNumber(output, /^ {2}(\d+) passing\b/gm);
  if (passed === null) return null;
  const failed = lastNumber(output, /^ {2}(\d+) failing$/gm) ?? 0;
  const skipped = lastNumber(output, /^ {2}(\d+) pending$/gm) ?? 0;
  const list = failed === 0 ? '' : output.slice(output.search(/^ {2}\d+ failing$/m));
  const failures = list
    .split(/^ {2}\d+\) /m)
    .slice(1)
    .map(failureOf);
  return { counts: { run: passed + failed, failed, skipped }, failures };
};

function failureOf(part: string): TestFailure {
  const lines = part.split('\n');
  const stack = lines.filter((line) => /^\s+at /.test(line)).join('\n');
  const place = placeInStack(stack);
  const rest = lines.slice(1);
  const said = rest.findIndex((line) => /\S/.test(line) && /Error|expect|assert/i.test(line));
  return {
    name: (lines[0] ?? '').replace(/:$/, '').trim(),
    message: explanation(said === -1 ? rest : rest.slice(said)) ?? 'failed',
    path: place?.path ?? null,
    line: place?.line ?? null,
  };
}
