import { expect, test } from 'vitest';
import { readTestReport } from '../../../server/src/gates/reports/readTestReport.ts';

test('mocha’s counts, titles and places are read', () => {
  const output = `

  cart
    ✔ adds
    1) total is zero

  1 passing (4ms)
  1 failing

  1) cart
       total is zero:

      AssertionError [ERR_ASSERTION]: 1 == 2
      + expected - actual

      at Context.<anonymous> (test/cart.js:7:14)
      at process.processImmediate (node:internal/timers:491:21)
`;
  expect(readTestReport(output)).toEqual({
    counts: { run: 2, failed: 1, skipped: 0 },
    failures: [{ name: 'cart', message: 'AssertionError [ERR_ASSERTION]: 1 == 2', path: 'test/cart.js', line: 7 }],
  });
});

test('jest’s counts, titles and places are read, colours and all', () => {
  const output = `\u001B[31mFAIL\u001B[39m src/sum.test.js
  ● sum › adds

    expect(received).toBe(expected) // Object.is equality

    Expected: 3
    Received: 2

      at Object.toBe (src/sum.test.js:4:17)
      at new Promise (<anonymous>)

Test Suites: 1 failed, 1 total
Tests:       1 failed, 2 passed, 3 total
`;
  expect(readTestReport(output)).toEqual({
    counts: { run: 3, failed: 1, skipped: 0 },
    failures: [
      {
        name: 'sum › adds',
        message: 'expect(received).toBe(expected) // Object.is equality',
        path: 'src/sum.test.js',
        line: 4,
      },
    ],
  });
});

test('pytest’s summary and places are read', () => {
  const output = `=================================== FAILURES ===================================
__________________________________ test_total __________________________________

    def test_total():
>       assert total([]) == 0
E       assert 1 == 0

tests/test_cart.py:5: AssertionError
=========================== short test summary info ============================
FAILED tests/test_cart.py::test_total - assert 1 == 0
========================= 1 failed, 2 passed in 0.03s ==========================
`;
  expect(readTestReport(output)).toEqual({
    counts: { run: 3, failed: 1, skipped: 0 },
    failures: [{ name: 'test_total', message: 'assert 1 == 0', path: 'tests/test_cart.py', line: 5 }],
  });
});

test.each<[string, string]>([
  ['vitest', 'No test files found, exiting with code 1\n'],
  ['jest', 'No tests found, exiting with code 1\n'],
  ['pytest', '============================ no tests ran in 0.01s =============================\n'],
  ['node', 'ℹ tests 0\nℹ pass 0\nℹ fail 0\n'],
])('%s that found no test says so', (_name, output) => {
  expect(readTestReport(output).counts).toEqual({ run: 0, failed: 0, skipped: 0 });
});

test('the last words count: a test that prints a summary of its own changes nothing', () => {
  const output = 'ℹ tests 9\nℹ pass 9\nℹ fail 0\nℹ tests 1\nℹ pass 0\nℹ fail 1\nℹ cancelled 0\nℹ skipped 0\nℹ todo 0\n';
  expect(readTestReport(output).counts).toEqual({ run: 1, failed: 1, skipped: 0 });
});

test('an unknown runner has no counts', () => {
  expect(readTestReport('all good\n')).toEqual({ counts: null, failures: [] });
});

test.each<[string, string]>([
  ['words that could be read in many ways', `1 ${'1111 '.repeat(60)}!\n`],
  ['empty lines', '\n'.repeat(1_000_000)],
  ['blank lines', ' \n'.repeat(500_000)],
  ['failures without an end', `TAP version 14\n${'not ok 1\n  ---\n'.repeat(60_000)}`],
  ['one long line', `ℹ tests 1\n✖ failing tests:\ntest at a.js:1:1\n✖ x\n  y\n${'.js'.repeat(300_000)}\n`],
  ['many failures', `${'FAILED a.py::x - m\n'.repeat(50_000)}= 1 failed in 0.1s\n`],
])('a mebibyte of %s is read in a moment', (_, output) => {
  const startedMs = performance.now();
  readTestReport(output);
  expect(performance.now() - startedMs).toBeLessThan(3000);
});

test('a summary that says that nothing ran outweighs one that tests printed', () => {
  const output = 'TAP version 14\nok 1 - x\n============ 1 skipped in 0.01s ============\n';
  expect(readTestReport(output).counts).toEqual({ run: 0, failed: 0, skipped: 1 });
});
