import { explanation, withValues } from './explanation.ts';
import { lastNumber, placeInStack, type ReadReport, type TestFailure } from './testReport.ts';

/** node:test with its `tap` reporter, and other writers of TAP. */
export const readNodeTap: ReadReport = (output) => {
  if (!/^TAP version 1[34]$/m.test(output)) return null;
  const tests = lastNumber(output, /^# tests (\d+)$/gm);
  const count = (name: string): number => lastNumber(output, new RegExp(`^# ${name} (\\d+)$`, 'gm')) ?? 0;
  const failed = count('fail') + count('cancelled');
  const counts =
    tests === null
      ? plainCounts(output)
      : { run: count('pass') + failed, failed, skipped: count('skipped') + count('todo') };
  return { counts, failures: failuresOf(output) };
};

/** TAP without node's closing comments: the lines themselves are counted. */
function plainCounts(output: string): { run: number; failed: number; skipped: number } {
  const lines = output.match(/^(?:not )?ok\b.*$/gm) ?? [];
  const skipped = lines.filter((line) => /# (?:skip|todo)/i.test(line)).length;
  const failed = lines.filter((line) => line.startsWith('not ok') && !/# (?:skip|todo)/i.test(line)).length;
  return { run: lines.length - skipped, failed, skipped };
}

function failuresOf(output: string): readonly TestFailure[] {
  const failures: TestFailure[] = [];
  const pattern = /^( *)not ok \d+(?: - (.*))?\n\1 {2}---\n([\s\S]{0,8000}?)\n\1 {2}\.\.\.$/gm;
  for (const [, , name = 'test', yaml = ''] of output.matchAll(pattern)) {
    // A suite fails because a test in it did; that test speaks for itself.
    if (/# (?:skip|todo)/i.test(name) || /failureType: 'subtestsFailed'/.test(yaml)) continue;
    const stands = /location: '(.*):(\d+):\d+'/.exec(yaml);
    const stack = yaml.slice(Math.max(0, yaml.indexOf('stack:')));
    const place = (yaml.includes('stack:') ? placeInStack(stack) : null) ?? {
      path: stands?.[1] ?? '',
      line: Number(stands?.[2] ?? 1),
    };
    const message = withValues(explanation(errorIn(yaml)) ?? 'failed', yaml);
    failures.push({ name, message, path: place.path || null, line: place.path ? place.line : null });
  }
  return failures;
}

/** The lines of the error: one in quotes, or a block that stands further in. */
function errorIn(yaml: string): readonly string[] {
  const lines = yaml.split('\n');
  const at = lines.findIndex((line) => /^ *error: /.test(line));
  const [margin = '', said = ''] = /^( *)error: (.*)$/.exec(lines[at] ?? '')?.slice(1) ?? [];
  if (said !== '|-') return [said.replace(/^'(.*)'$/, '$1')];
  const below = lines.slice(at + 1);
  const until = below.findIndex((line) => line.trim() !== '' && !line.startsWith(`${margin}  `));
  return until === -1 ? below : below.slice(0, until);
}
