import { describe, expect, test } from 'vitest';
import type { Finding, GateResult } from '#protocol/gate';
import { estimateWords } from '../../../client/src/commands/estimateWords.ts';
import { explanationOf } from '../../../client/src/commands/explanationOf.ts';
import { providerFor } from '../../../client/src/commands/providerFor.ts';
import { taskFor } from '../../../client/src/commands/taskFor.ts';
import { meterWords } from '../../../client/src/meterWords.ts';
import { placeIn } from '../../../client/src/placeIn.ts';
import { ago, usd, usdOf } from '../../../client/src/words.ts';

test.each<[number, string]>([
  [0, '$0.00'],
  [0.42, '$0.42'],
  [0.0042, '$0.0042'],
  [0.00001, '<$0.0001'],
  [1234.5, '$1234.50'],
])('%d US dollars are written %s', (amount, words) => expect(usd(amount)).toBe(words));

test('an amount and its limit stand in cents', () => {
  expect(usdOf(0.4213, 5)).toBe('$0.42 / $5.00');
  expect(usdOf(0.4213, null)).toBe('$0.42');
});

test.each<[number, string]>([
  [5, 'just now'],
  [60, '1 minute ago'],
  [7199, '1 hour ago'],
  [86_400 * 3, '3 days ago'],
  [-10, 'just now'],
])('%d seconds are %s', (seconds, words) => {
  expect(ago(new Date(1_000_000_000_000 - seconds * 1000).toISOString(), 1_000_000_000_000)).toBe(words);
});

describe('the place in a message about the configuration', () => {
  test.each<[string, ReturnType<typeof placeIn>]>([
    [
      'nothing runs until it is mended: .loki/config.yaml:3:5: unknown key',
      { file: '.loki/config.yaml', line: 3, column: 5 },
    ],
    [
      'it is mended: \n  /home/a b/.loki/config.json:7:1: bad\n  x',
      { file: '/home/a b/.loki/config.json', line: 7, column: 1 },
    ],
    [
      String.raw`it is mended: C:\shop\.loki\config.yaml:2:1: bad`,
      { file: String.raw`C:\shop\.loki\config.yaml`, line: 2, column: 1 },
    ],
    ['.loki/gates/strict.conf:4: unknown word', { file: '.loki/gates/strict.conf', line: 4, column: 1 }],
    ['COST_MAX: is no number', null],
    ['', null],
  ])('%s', (message, place) => expect(placeIn(message)).toEqual(place));
});

describe('the meter', () => {
  const window = (spentUsd: number, limitUsd: number | null, reservedUsd = 0) => ({ spentUsd, limitUsd, reservedUsd });
  const meter = {
    simulated: false,
    day: window(1, 100),
    month: window(1, null),
    alertThreshold: 0.8,
    isAuditDisabled: false,
    tokens: { input: 0, output: 0 },
  };
  test.each<[string, Parameters<typeof meterWords>[0], string, boolean]>([
    ['a task', { ...meter, task: window(0.42, 5) }, '$(credit-card) $0.42 / $5.00', false],
    [
      'simulated money',
      { ...meter, simulated: true, task: window(0.42, 5) },
      '$(credit-card) $0.42 / $5.00 simulated',
      false,
    ],
    [
      'the audit log switched off: as long as it is so',
      { ...meter, isAuditDisabled: true, task: window(0.42, 5) },
      '$(credit-card) $0.42 / $5.00 $(warning) audit off',
      false,
    ],
    ['no task: the day', { ...meter, task: null }, '$(credit-card) $1.00 / $100.00', false],
    ['the threshold itself warns', { ...meter, task: window(4, 5) }, '$(credit-card) $4.00 / $5.00', true],
    [
      'reserved money does not: it may come back',
      { ...meter, task: window(1, 5, 3) },
      '$(credit-card) $1.00 / $5.00',
      false,
    ],
    [
      'the day warns, too',
      { ...meter, task: window(0, 5), day: window(90, 100) },
      '$(credit-card) $0.00 / $5.00',
      true,
    ],
    [
      'and the month',
      { ...meter, task: window(0, 5), month: window(1600, 2000) },
      '$(credit-card) $0.00 / $5.00',
      true,
    ],
    [
      'without a limit nothing warns',
      { ...meter, task: window(900, null), day: window(900, null) },
      '$(credit-card) $900.00',
      false,
    ],
  ])('%s', (_title, value, text, isHigh) => expect(meterWords(value)).toMatchObject({ text, isHigh }));
});

describe('the provider that needs no question', () => {
  const provider = (name: string, isReady: boolean, isSimulated = false) => ({
    name,
    detail: '',
    isReady,
    lacksKey: !isReady,
    isSimulated,
  });
  const demo = provider('demo', true, true);
  test.each<[string, string | null, string | null, readonly ReturnType<typeof provider>[], string | null]>([
    ['the one that is set', 'openai', 'anthropic', [provider('openai', true), provider('anthropic', true)], 'openai'],
    [
      'else the one that is configured',
      null,
      'anthropic',
      [provider('openai', true), provider('anthropic', true)],
      'anthropic',
    ],
    ['none where the sidecar chooses none, whatever is ready', null, null, [demo, provider('own', true)], null],
    ['none where only the demo is ready', null, null, [demo, provider('openai', false)], null],
    [
      'none where the one that is set is not ready',
      'openai',
      null,
      [demo, provider('openai', false), provider('x', true)],
      null,
    ],
    ['the demo where a person has set it', 'demo', null, [demo, provider('openai', true)], 'demo'],
    ['one that the sidecar does not list is for the sidecar to judge', 'own', null, [demo], 'own'],
  ])('%s', (_title, set, configured, providers, expected) => {
    expect(providerFor({ defaultProvider: configured, providers: [...providers] }, { provider: set })).toBe(expected);
  });
});

test.each<[string, Parameters<typeof estimateWords>[0], string]>([
  [
    'what is likely and the limit',
    { likelyUsd: 0.12, worstUsd: 5, basedOn: 3, simulated: false },
    'likely $0.12, at most $5.00',
  ],
  [
    'a limit to its last place',
    { likelyUsd: 0.02, worstUsd: 0.031, basedOn: 3, simulated: false },
    'likely $0.02, at most $0.031',
  ],
  ['only the limit', { likelyUsd: null, worstUsd: 5, basedOn: 0, simulated: false }, 'at most $5.00'],
  ['nothing', { likelyUsd: null, worstUsd: null, basedOn: 0, simulated: false }, 'no limit is set'],
])('an estimate says %s', (_title, estimate, words) => expect(estimateWords(estimate)).toBe(words));

describe('a finding', () => {
  const finding: Finding = {
    id: 'f',
    source: 'tests',
    rule: 'failed',
    severity: 'high',
    message: 'Expected 3\n![x](https://evil.example/p.png) [a](command:evil)',
    path: 'test/a|b.js',
    line: 9,
  };
  const gate: GateResult = {
    id: 'tests',
    isRequired: true,
    status: 'failed',
    command: 'npm test\n# heading',
    exitCode: 1,
    durationMs: 1,
    findings: [finding],
    summary: '<b>2</b> of 3 [failed](command:x)',
  };

  test('becomes the words of a task in one line', () => {
    expect(taskFor({ ...finding, message: 'Expected 3\n  got 2' })).toBe(
      'Mend this finding in test/a|b.js:9: Expected 3 got 2 (tests, failed)',
    );
  });

  test('is explained without becoming Markdown itself', () => {
    const text = explanationOf(finding, gate);
    expect(text).toContain('    ![x](https://evil.example/p.png) [a](command:evil)');
    expect(text).toContain(String.raw`test/a\|b\.js, line 9`);
    expect(text).toContain(String.raw`\<b\>2\</b\>`);
    expect(text).not.toMatch(/[^\\]\[failed\]/);
    expect(text).toContain('    # heading');
    expect(text.split('\n').filter((line) => /^#\s/.test(line))).toEqual([
      '# What was found',
      '# What it means',
      '# The evidence',
      '# What you can do',
    ]);
  });
});
