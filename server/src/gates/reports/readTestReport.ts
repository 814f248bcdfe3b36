import { stripVTControlCharacters } from 'node:util';
import { readNodeSpec } from './nodeSpec.ts';
import { readNodeTap } from './nodeTap.ts';
import { readPytest } from './pytest.ts';
import { readStackOutput } from './stackOutput.ts';
import type { TestReport } from './testReport.ts';
import { readVitest } from './vitest.ts';

const readers = [readNodeTap, readNodeSpec, readVitest, readPytest, readStackOutput];

/** What a test run's output says, whichever known runner wrote it; without counts when none did. */
export function readTestReport(output: string): TestReport {
  const plain = stripVTControlCharacters(output).replaceAll('\r\n', '\n');
  for (const read of readers) {
    const report = read(plain);
    if (report !== null) return report;
  }
  return { counts: null, failures: [] };
}
