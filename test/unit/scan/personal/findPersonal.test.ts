import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { findPersonal } from '../../../../server/src/scan/personal/findPersonal.ts';
import { redactPersonal } from '../../../../server/src/scan/redact.ts';

const found = (text: string): readonly (readonly [rule: string, value: string])[] =>
  findPersonal(text).map(({ rule, start, end }) => [rule, text.slice(start, end)]);

test.each<[rule: string, text: string, value: string]>([
  ['email', 'mail ada.lovelace+work@example.co.uk.', 'ada.lovelace+work@example.co.uk'],
  ['email', '"Ada" <ada@sub.example.org>', 'ada@sub.example.org'],
  ['email', 'mailto:ada@example.com?subject=x', 'ada@example.com'],
  ['email', 'Zuschrift an jürgen@müller.de, bitte', 'jürgen@müller.de'],
  ['social-security-number', 'SSN: 123-45-6789', '123-45-6789'],
  ['social-security-number', 'his number 512 34 5678.', '512 34 5678'],
  ['social-security-number', 'ssn=123456789', '123456789'],
  ['social-security-number', 'Social Security Number: 899-99-9999', '899-99-9999'],
  ['phone', 'call +1 (415) 555-2671', '+1 (415) 555-2671'],
  ['phone', '+49 30 901820', '+49 30 901820'],
  ['phone', '+442079460958', '+442079460958'],
  ['phone', '0041 44 668 18 00', '0041 44 668 18 00'],
  ['phone', '(212) 555-0123', '(212) 555-0123'],
  ['phone', '555-123-4567', '555-123-4567'],
  ['phone', '415.555.2671', '415.555.2671'],
  ['phone', '1-800-555-2671', '1-800-555-2671'],
  ['phone', '020 7946 0958', '020 7946 0958'],
  ['phone', '07700 900123', '07700 900123'],
  ['phone', '06 12 34 56 78', '06 12 34 56 78'],
  ['phone', '"phone": "4155552671"', '4155552671'],
  ['phone', 'Tel.: 030/901820', '030/901820'],
  ['card', '4111 1111 1111 1111', '4111 1111 1111 1111'],
  ['card', '4242424242424242', '4242424242424242'],
  ['card', '5555-5555-5555-4444', '5555-5555-5555-4444'],
  ['card', '2223003122003222', '2223003122003222'],
  ['card', '3782 822463 10005', '3782 822463 10005'],
  ['card', '6011111111111117', '6011111111111117'],
  ['card', '30569309025904', '30569309025904'],
  ['card', '3530111333300000', '3530111333300000'],
  ['card', '6200000000000005', '6200000000000005'],
])('%s in %j', (rule, text, value) => {
  expect(found(text)).toEqual([[rule, value]]);
  expect(found(`{"x": "${text}",\n 'y': 1}`)).toEqual([[rule, value]]);
});

test.each([
  '000-12-3456',
  '666-12-3456',
  '900-12-3456',
  '999-12-3456',
  '123-00-4567',
  '123-45-0000',
  '078-05-1120',
  '2024-01-15T10:20:30.123Z',
  '1234-12-12-1234',
  '4111 1111 1111 1112',
  '1234567812345670',
  '4242-42424242-4242-42-42',
  '4111111111111111.5',
  '0.4111111111111111',
  '0000000000000000',
  'icon@2x.png',
  'git@github.com:owner/name.git',
  '@types/node@24.1.0',
  'zod@4.0.0',
  'a@b',
  '@media screen',
  '127.0.0.1',
  '192.168.100.100',
  'version 1.2.3.4567',
  '+0000',
  '1 + 12345678',
  'x+123456789012',
  '1700000000000',
  'id: 550e8400-e29b-41d4-a716-446655440000',
  'sha 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b',
  '000-000-0000',
  '+11111111111',
  '12-34-56-78',
  '2024-11-26 17:00:00.000-0500',
])('nothing is personal in %j', (text) => {
  expect(found(text)).toEqual([]);
});

test('every number of the right form is found exactly when it was given out', () => {
  const digits = (length: number) =>
    fc.integer({ min: 0, max: 10 ** length - 1 }).map((n) => String(n).padStart(length, '0'));
  fc.assert(
    fc.property(digits(3), digits(2), digits(4), (area, group, serial) => {
      const wasGivenOut = area !== '000' && area !== '666' && Number(area) < 900 && group !== '00' && serial !== '0000';
      const isKnown = ['078-05-1120', '219-09-9999'].includes(`${area}-${group}-${serial}`);
      expect(found(`(${area}-${group}-${serial})`)).toHaveLength(wasGivenOut && !isKnown ? 1 : 0);
    }),
  );
});

test('one wrong digit makes a number no card', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 15 }), fc.integer({ min: 1, max: 9 }), (place, more) => {
      const card = '4539578763621486';
      const digit = (Number(card[place]) + more) % 10;
      expect(found(`${card.slice(0, place)}${digit}${card.slice(place + 1)}`)).toEqual([]);
    }),
  );
});

test('redaction names the kind and keeps nothing of the value', () => {
  const clean = redactPersonal('ada@example.com paid with 4111 1111 1111 1111 (123-45-6789)');
  expect(clean).toBe('«redacted:email» paid with «redacted:card» («redacted:social-security-number»)');
  expect(redactPersonal(clean)).toBe(clean);
});

test.each(['a@', 'a.', '+1 ', '4 ', '123-45-', '(212) ', 'phone ', 'a@b.', '0'])(
  '%j over and over takes no longer than other text',
  (piece) => {
    const startedMs = performance.now();
    findPersonal(piece.repeat((1024 * 1024) / piece.length));
    expect(performance.now() - startedMs).toBeLessThan(10_000);
  },
);
