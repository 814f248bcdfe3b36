import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { anEntry, deceiving, exported, hostileTexts, logId } from './anEntry.ts';

/** A CEF record read back by the rules of the standard. */
function parseCef(line: string): {
  readonly header: readonly string[];
  readonly extension: Readonly<Record<string, string>>;
} {
  const fields =
    /^((?:[^|\\]|\\[|\\])*)\|((?:[^|\\]|\\[|\\])*)\|((?:[^|\\]|\\[|\\])*)\|((?:[^|\\]|\\[|\\])*)\|((?:[^|\\]|\\[|\\])*)\|((?:[^|\\]|\\[|\\])*)\|((?:[^|\\]|\\[|\\])*)\|(.*)$/.exec(
      line,
    );
  if (fields === null) throw new Error(`no CEF: ${line}`);
  const [, ...parts] = fields;
  const extension: Record<string, string> = {};
  // A key is a word before an equals sign that is not escaped; its value goes up to the next one.
  const pairs = (parts[7] ?? '').matchAll(/(?:^| )(\w+)=((?:[^\\=]|\\[\\=nr])*?)(?= \w+=|$)/g);
  for (const [, key = '', value = ''] of pairs)
    extension[key] = value.replaceAll(/\\([\\=nr])/g, (_, escaped: string) =>
      escaped === 'n' ? '\n' : escaped === 'r' ? '\r' : escaped,
    );
  return { header: parts.slice(0, 7).map((field) => field.replaceAll(/\\([|\\])/g, '$1')), extension };
}

test('CEF has the seven fields of the header, and keys of the dictionary', () => {
  expect(parseCef(exported('cef', anEntry()).trimEnd())).toEqual({
    header: ['CEF:0', 'Loki', 'Loki', '1.2.3', 'file_write', 'file_write refused', '6'],
    extension: {
      rt: String(Date.UTC(2026, 2, 1, 10, 20, 30, 456)),
      externalId: '41',
      deviceExternalId: logId,
      suser: 'implementer',
      act: 'DENY',
      outcome: 'failure',
      reason: 'outside allowed_paths',
      msg: 'Add a greeting',
      filePath: 'src/greet.ts',
      cs1: 'task-1',
      cs1Label: 'task',
      cs2: 'run-1',
      cs2Label: 'run',
      cs3: 'act',
      cs3Label: 'phase',
      cs4: 'implementer',
      cs4Label: 'agent',
      cs5: 'b'.repeat(64),
      cs5Label: 'hash',
      cs6: 'a'.repeat(64),
      cs6Label: 'previousHash',
      cn1: '100',
      cn1Label: 'inputTokens',
      cn2: '20',
      cn2Label: 'outputTokens',
      cn3: '12',
      cn3Label: 'durationMs',
      cfp1: '0.25',
      cfp1Label: 'costUsd',
    },
  });
});

test.each<[string, string]>([
  ['command', 'dproc'],
  ['fetch', 'request'],
  ['gate', 'destinationServiceName'],
])('what a %s concerned stands under %s', (what, key) => {
  expect(parseCef(exported('cef', anEntry({ what })).trimEnd()).extension[key]).toBe('src/greet.ts');
});

test('CEF leaves out what an entry does not say', () => {
  const bare = anEntry({ who: null, what: null, where: null, why: null, metadata: null, timestamp: 'yesterday' });
  const { header, extension } = parseCef(exported('cef', bare).trimEnd());
  expect(header.slice(4)).toEqual(['entry', 'entry', '2']);
  expect(Object.keys(extension)).toEqual(['externalId', 'deviceExternalId', 'cs5', 'cs5Label', 'cs6', 'cs6Label']);
});

test.each(hostileTexts)('CEF keeps %j in its value and adds no pair, no field and no record', (text) => {
  const cef = exported(
    'cef',
    anEntry({ who: text, what: text, where: text, why: text, metadata: { reason: text, task_id: text } }),
  );
  expect(cef.split('\n')).toHaveLength(2);
  expect(cef).not.toMatch(deceiving);
  const { header, extension } = parseCef(cef.trimEnd());
  expect(header.slice(0, 4)).toEqual(['CEF:0', 'Loki', 'Loki', '1.2.3']);
  expect(extension['act']).toBeUndefined();
  expect(extension['cs5']).toBe('b'.repeat(64));
  if (!deceiving.test(text) && text.isWellFormed())
    expect(extension['msg'] ?? '').toBe(text.endsWith(' ') ? extension['msg'] : text);
});

test('CEF keeps to the lengths of the dictionary, and halves no character', () => {
  const long = '👍'.repeat(5000);
  const { header, extension } = parseCef(
    exported(
      'cef',
      anEntry({ who: long, what: long, why: long, metadata: { reason: long, task_id: long, decision: long } }),
    ).trimEnd(),
  );
  expect(header[4]?.length).toBeLessThanOrEqual(1023);
  expect(header[5]?.length).toBeLessThanOrEqual(512);
  for (const [key, length] of [
    ['suser', 1023],
    ['msg', 1023],
    ['reason', 1023],
    ['cs1', 4000],
    ['act', 63],
  ] as const) {
    expect(extension[key]?.length).toBeLessThanOrEqual(length);
    expect(extension[key]?.isWellFormed()).toBe(true);
  }
});

test('whatever an entry holds is one record', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (some, other) => {
      const cef = exported(
        'cef',
        anEntry({ who: some, what: other, where: some, why: other, metadata: { reason: some } }),
      );
      expect(cef.trimEnd().split(/[\r\n]/)).toHaveLength(1);
      expect(parseCef(cef.replace(/\n$/, '')).extension['cs5']).toBe('b'.repeat(64));
    }),
  );
});
