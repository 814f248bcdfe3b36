import { stripVTControlCharacters } from 'node:util';
import { readNodeSpec } from './nodeSpec.ts';
import { readNodeTap } from './nodeTap.ts';
import { readPytest } from './pytest.ts';
import { readStackOutput } from './stackOutput.ts';
import type { TestReport } from './testReport.ts';
import { readVitest } from './vitest.ts';

const readers = [readNodeTap, readNodeSpec, readVitest, readPytest, readStackOutput];

/** More than any summary needs; what a runner counts and explains stands at the end. */
const maxCharacters = 256 * 1024;
const maxLineCharacters = 2000;

/**
 * What a test run's output says, whichever known runner wrote it; without counts when none did. The tests are an
 * agent's, and they print what they like: where one known summary says that nothing ran, another one is not believed.
 */
export function readTestReport(output: string): TestReport {
  const plain = bounded(stripVTControlCharacters(output).replaceAll('\r\n', '\n'));
  const reports = readers.map((read) => read(plain)).filter((report) => report !== null);
  const nothingRan = reports.find(({ counts }) => counts?.run === 0 && counts.failed === 0);
  return nothingRan ?? reports[0] ?? { counts: null, failures: [] };
}

/**
 * The output in a shape that no pattern takes long over: an end of limited length, lines of limited length, without
 * blanks at the end of a line and without long rows of empty lines.
 */
function bounded(output: string): string {
  const lines: string[] = [];
  let emptyLines = 0;
  for (const line of output.slice(-maxCharacters).split('\n')) {
    const short = line.slice(0, maxLineCharacters).trimEnd();
    emptyLines = short === '' ? emptyLines + 1 : 0;
    if (emptyLines <= 3) lines.push(short);
  }
  return lines.join('\n');
}
