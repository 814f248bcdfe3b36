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

      -1
      +2

      at Context.<anonymous> (test/cart.js:7:14)
      at process.processImmediate (node:internal/timers:491:21)
`;
  expect(readTestReport(output)).toEqual({
    counts: { run: 2, failed: 1, skipped: 0 },
    failures: [{ name: 'cart', message: '1 == 2\n+ expected - actual\n-1\n+2', path: 'test/cart.js', line: 7 }],
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
        message: 'expect(received).toBe(expected) // Object.is equality\nExpected: 3\nReceived: 2',
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

/** What node:test prints of one failure, by its spec and by its tap reporter. */
function printed(lines: readonly string[], values = ''): readonly string[] {
  const spec = [
    'ℹ tests 1\nℹ pass 0\nℹ fail 1\n\n✖ failing tests:\n\ntest at a.test.js:2:1\n✖ one (1.8ms)',
    ...[`AssertionError [ERR_ASSERTION]: ${lines[0]}`, ...lines.slice(1)].map((line) => `  ${line}`),
    '      at TestContext.<anonymous> (/w/a.test.js:3:28) {',
    ...['generatedMessage: true', "code: 'ERR_ASSERTION'", ...values.split(', ')].map((line) => `    ${line},`),
    '  }',
  ];
  const error = lines.length === 1 ? `  error: '${lines[0]}'` : ['  error: |-', ...lines.map((line) => `    ${line}`)];
  const tap = ['TAP version 13\nnot ok 1 - one\n  ---', error, "  code: 'ERR_ASSERTION'"].flat();
  const stack = [
    '  stack: |-',
    '    TestContext.<anonymous> (/w/a.test.js:3:28)',
    '  ...',
    '# tests 1',
    '# fail 1',
    '',
  ];
  return [spec, [...tap, ...values.split(', ').map((line) => `  ${line}`), ...stack]].map((part) => part.join('\n'));
}

test.each<[string, readonly string[], string, string]>([
  [
    'the values of a comparison',
    ['Expected values to be strictly equal:', '', '1650 !== 2550', ''],
    'actual: 1650, expected: 2550',
    'Expected values to be strictly equal: 1650 !== 2550',
  ],
  [
    'what differs between two objects',
    [
      'Expected values to be strictly deep-equal:',
      '+ actual - expected',
      '',
      '  {',
      '+   a: 1,',
      '-   a: 2,',
      '  }',
      '',
    ],
    '',
    'Expected values to be strictly deep-equal:\n+ actual - expected\n  {\n+   a: 1,\n-   a: 2,\n  }',
  ],
  [
    'the values beside words of the test',
    ['the sum is wrong'],
    'actual: 1, expected: 2',
    'the sum is wrong (expected 2, actual 1)',
  ],
])('node’s reporters tell %s', (_, lines, values, message) => {
  for (const output of printed(lines, values)) {
    expect(readTestReport(output).failures).toEqual([{ name: 'one', message, path: '/w/a.test.js', line: 3 }]);
  }
});

test('vitest’s comparison is told', () => {
  const output = ` FAIL  src/a.test.ts > sum > adds
AssertionError: expected 2 to be 3 // Object.is equality

- Expected
+ Received

- 3
+ 2

 ❯ src/a.test.ts:4:17
      2|
⎯⎯⎯⎯[1/1]⎯

 Test Files  1 failed (1)
      Tests  1 failed (1)
`;
  expect(readTestReport(output).failures).toEqual([
    {
      name: 'sum > adds',
      message: 'expected 2 to be 3 // Object.is equality\n- Expected\n+ Received\n- 3\n+ 2',
      path: 'src/a.test.ts',
      line: 4,
    },
  ]);
});

test('of a comparison without an end only the beginning is told', () => {
  const lines = ['Expected values to be strictly deep-equal:', ...Array.from({ length: 500 }, (_, n) => `+   ${n},`)];
  const [output = ''] = printed(lines);
  const message = readTestReport(output).failures[0]?.message ?? '';
  expect(message.split('\n')).toHaveLength(15);
  expect(message.endsWith('\n…')).toBe(true);
});

test('pytest’s comparison is told whole, although its summary is cut', () => {
  const output = `=================================== FAILURES ===================================
_____________________________ TestCart.test_names ______________________________

    def test_names():
>       assert names() == ['a', 'b']
E       AssertionError: assert ['a', 'c'] == ['a', 'b']
E         At index 1 diff: 'c' != 'b'

tests/test_cart.py:5: AssertionError
=========================== short test summary info ============================
FAILED tests/test_cart.py::TestCart::test_names - AssertionError: assert ['a...
========================= 1 failed, 2 passed in 0.03s ==========================
`;
  expect(readTestReport(output).failures).toEqual([
    {
      name: 'TestCart::test_names',
      message: "assert ['a', 'c'] == ['a', 'b'] At index 1 diff: 'c' != 'b'",
      path: 'tests/test_cart.py',
      line: 5,
    },
  ]);
});
