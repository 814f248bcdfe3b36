import { expect, test } from 'vitest';
import type { GateResult, Verdict } from '../../../server/protocol/gate.ts';
import { findingOf } from '../../../server/src/gates/gate.ts';
import { sarifOf } from '../../../server/src/gates/sarif.ts';
import { verdictOf } from '../../../server/src/gates/verdict.ts';

const found = (severity: 'high' | 'medium') =>
  findingOf({ source: 'reviewer', rule: 'r', severity, message: 'm', path: 'a b.ts', line: 3 });
const gate = (status: GateResult['status'], isRequired = true, findings: GateResult['findings'] = []): GateResult => ({
  id: 'tests',
  isRequired,
  status,
  command: null,
  exitCode: null,
  durationMs: 1,
  findings,
  summary: 's',
});

test.each<[string, Verdict, GateResult[], 'high' | 'medium' | null]>([
  ['all passed', 'VERIFIED', [gate('passed'), gate('passed', false)], null],
  ['no gate at all', 'CONCERNS', [], null],
  ['a required one failed', 'BLOCKED', [gate('passed'), gate('failed')], null],
  ['an optional one failed', 'CONCERNS', [gate('passed'), gate('failed', false)], null],
  ['inconclusive', 'CONCERNS', [gate('inconclusive')], null],
  ['skipped', 'CONCERNS', [gate('passed'), gate('skipped', false)], null],
  ['a high finding is open', 'BLOCKED', [gate('passed')], 'high'],
  ['a medium finding is open', 'VERIFIED', [gate('passed')], 'medium'],
  ['a failure beside an inconclusive one', 'BLOCKED', [gate('inconclusive'), gate('failed')], null],
])('%s: %s', (_name, verdict, gates, open) => {
  expect(verdictOf(gates, open === null ? [] : [found(open)])).toBe(verdict);
});

test('the findings of an optional gate that failed do not block through the back door', () => {
  expect(verdictOf([gate('failed', false, [found('high')])], [found('high')])).toBe('CONCERNS');
});

test('SARIF carries rule, level, place and what could not be decided', () => {
  const document: unknown = JSON.parse(sarifOf([gate('failed', true, [found('high')]), gate('inconclusive')], '1.2.3'));
  expect(document).toMatchObject({
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'Loki', semanticVersion: '1.2.3', rules: [{ id: 'reviewer/r' }] } },
        invocations: [{ executionSuccessful: false, toolExecutionNotifications: [{ level: 'warning' }] }],
        results: [
          {
            ruleId: 'reviewer/r',
            level: 'error',
            message: { text: 'm' },
            locations: [{ physicalLocation: { artifactLocation: { uri: 'a%20b.ts' }, region: { startLine: 3 } } }],
          },
        ],
      },
    ],
  });
});
