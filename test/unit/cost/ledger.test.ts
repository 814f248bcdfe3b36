import { chmodSync, renameSync, statSync, writeFileSync, mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import type { Ledger } from '../../../server/src/cost/ledger.ts';
import { openLedger } from '../../../server/src/cost/openLedger.ts';
import type { TokenUsage } from '../../../server/src/cost/tokenUsage.ts';
import { aClock, aFolder, aLedger, reserved, used } from './aLedger.ts';
import { aRequest, limitsOf } from './aRequest.ts';

const isRoot = process.getuid?.() === 0;

describe('a reservation', () => {
  const check = (limits: Parameters<typeof limitsOf>[0], expected: object, wanted = 2000) => {
    const { ledger } = aLedger();
    const answer = ledger.reserve(aRequest({ limits: limitsOf(limits), wantedOutputTokens: wanted }));
    expect(answer).toMatchObject(expected);
  };

  it('holds the worst case where nothing is limited', () => {
    check({}, { kind: 'reserved', amount: 3000, maxOutputTokens: 2000 });
  });

  it('shrinks the output to what the task affords', () => {
    check({ task: 2500 }, { kind: 'reserved', amount: 2500, maxOutputTokens: 1500 });
  });

  it('shrinks the output to what the tightest of all windows affords', () => {
    check({ task: 2900, day: 2800, month: 2100 }, { kind: 'reserved', maxOutputTokens: 1100 });
  });

  it('is refused where not even the smallest useful answer fits', () => {
    check({ task: 1999 }, { kind: 'over', window: 'task', limit: 1999, spent: 0 });
  });

  it('is refused where not even the input fits', () => {
    check({ month: 500 }, { kind: 'over', window: 'month', limit: 500 });
  });

  it('names the narrower of two windows that are equally tight', () => {
    check({ task: 100, day: 100 }, { kind: 'over', window: 'task' });
  });

  it('needs no more output than is wanted', () => {
    check({ task: 1010 }, { kind: 'reserved', maxOutputTokens: 10 }, 10);
  });

  it('always leaves room for one token of output', () => {
    const { ledger } = aLedger();
    const answer = ledger.reserve(aRequest({ limits: limitsOf({ task: 1000 }), minimumOutputTokens: 0 }));
    expect(answer.kind).toBe('over');
  });

  it.each([
    [
      'prices that are no numbers',
      { rates: [{ fromInputTokens: 0, input: Number.NaN, output: 1, cacheRead: 1, cacheWrite: 1 }] },
    ],
    ['a negative input', { inputBound: -1 }],
    ['a negative output', { wantedOutputTokens: -1 }],
    ['no output', { wantedOutputTokens: 0 }],
  ] as const)('is a bug with %s', (_name, changes) => {
    const { ledger } = aLedger();
    expect(() => ledger.reserve(aRequest(changes))).toThrow();
    expect(ledger.spentOnTask('task-1', false)).toEqual({ spent: 0, reserved: 0, tokens: { input: 0, output: 0 } });
  });

  it('counts against what other requests hold, in every window or in none', () => {
    const { ledger } = aLedger();
    reserved(ledger, { taskId: 'task-other' });
    const limits = limitsOf({ task: 10_000, day: 4000 });
    const answer = ledger.reserve(aRequest({ limits }));
    expect(answer).toEqual({ kind: 'over', window: 'day', group: null, limit: 4000, spent: 0, reserved: 3000 });
    expect(ledger.spentOnTask('task-1', false).reserved).toBe(0);
  });

  it('of simulated money has windows of its own', () => {
    const { ledger } = aLedger();
    const limits = limitsOf({ task: 3000, day: 3000, month: 3000 });
    reserved(ledger, { limits });
    expect(ledger.reserve(aRequest({ limits })).kind).toBe('over');
    reserved(ledger, { limits, isSimulated: true });
    expect(ledger.spentOnTask('task-1', true).reserved).toBe(3000);
    expect(ledger.spentInWindow('day', true)).toEqual({ spent: 0, reserved: 3000 });
  });
});

describe('closing a reservation', () => {
  const settled = (usage: TokenUsage | null) => {
    const { ledger } = aLedger();
    const { reservationId } = reserved(ledger);
    const settlement = ledger.settle(reservationId, usage);
    expect(ledger.spentInWindow('month', false)).toEqual({ spent: settlement.amount, reserved: 0 });
    return settlement;
  };

  it.each<[string, TokenUsage | null, { amount: number; isMeasured: boolean; isOverrun: boolean }]>([
    ['counts what was used', used(900, 50), { amount: 950, isMeasured: true, isOverrun: false }],
    [
      'counts everything reserved where nothing was reported',
      null,
      { amount: 3000, isMeasured: false, isOverrun: false },
    ],
    ['does not believe that nothing was used', used(0, 0), { amount: 3000, isMeasured: false, isOverrun: false }],
    [
      'records more than was reserved as an overrun',
      used(1000, 9000),
      { amount: 10_000, isMeasured: true, isOverrun: true },
    ],
    ['records output above its cap as an overrun', used(10, 2001), { amount: 2011, isMeasured: true, isOverrun: true }],
    ['records input above its bound as an overrun', used(1001, 1), { amount: 1002, isMeasured: true, isOverrun: true }],
    [
      'takes negative usage for an overrun, never for cheaper',
      used(900, -800),
      { amount: 3000, isMeasured: false, isOverrun: true },
    ],
    [
      'takes usage that is no number for an overrun',
      used(Number.NaN, 1),
      { amount: 3000, isMeasured: false, isOverrun: true },
    ],
    ['takes absurd usage for an overrun', used(1, 2 ** 53), { amount: 3000, isMeasured: false, isOverrun: true }],
    [
      'takes more cached than sent tokens for an overrun',
      { input: 10, cacheRead: 11, cacheWrite: 0, output: 1 },
      { amount: 3000, isMeasured: false, isOverrun: true },
    ],
    [
      'counts what was charged where that is more than the prices say',
      { ...used(900, 50), charged: 2000 },
      { amount: 2000, isMeasured: true, isOverrun: false },
    ],
    [
      'and no less than the prices say',
      { ...used(900, 50), charged: 3 },
      { amount: 950, isMeasured: true, isOverrun: false },
    ],
    [
      'records a charge above the reservation as an overrun',
      { ...used(900, 50), charged: 3001 },
      { amount: 3001, isMeasured: true, isOverrun: true },
    ],
    [
      'takes a charge that cannot be for an overrun',
      { ...used(900, 50), charged: Number.NaN },
      { amount: 3000, isMeasured: false, isOverrun: true },
    ],
  ])('%s', (_name, usage, expected) => {
    expect(settled(usage)).toMatchObject(expected);
  });

  it('gives back what was held when nothing is owed', () => {
    const { ledger } = aLedger();
    ledger.release(reserved(ledger).reservationId);
    expect(ledger.spentOnTask('task-1', false)).toEqual({ spent: 0, reserved: 0, tokens: { input: 0, output: 0 } });
    expect(ledger.spentInWindow('day', false)).toEqual({ spent: 0, reserved: 0 });
  });

  it('leaves nothing to spend after an overrun', () => {
    const { ledger } = aLedger();
    const limits = limitsOf({ task: 5000 });
    ledger.settle(reserved(ledger, { limits }).reservationId, used(1000, 9000));
    expect(ledger.reserve(aRequest({ limits }))).toMatchObject({ kind: 'over', spent: 10_000, reserved: 0 });
  });

  it.each<[string, (ledger: Ledger, id: Parameters<Ledger['release']>[0]) => void]>([
    ['settling twice', (ledger, id) => ledger.settle(id, used(1, 1))],
    ['releasing what is settled', (ledger, id) => ledger.release(id)],
  ])('%s is a bug and changes nothing', (_name, again) => {
    const { ledger } = aLedger();
    const { reservationId } = reserved(ledger);
    ledger.settle(reservationId, used(900, 50));
    expect(() => again(ledger, reservationId)).toThrow('already settled');
    expect(ledger.spentOnTask('task-1', false)).toEqual({
      spent: 950,
      reserved: 0,
      tokens: { input: 900, output: 50 },
    });
  });

  it('of a released or an unknown reservation is a bug', () => {
    const { ledger } = aLedger();
    const { reservationId } = reserved(ledger);
    ledger.release(reservationId);
    expect(() => ledger.settle(reservationId, null)).toThrow('already released');
    expect(() => ledger.settle('res-nobody' as typeof reservationId, null)).toThrow('no reservation');
  });

  it('works from another connection, as after a restart', () => {
    const clock = aClock();
    const { ledger, lokiHome } = aLedger(clock);
    const { reservationId } = reserved(ledger);
    const other = openLedger({ lokiHome, clock });
    other.settle(reservationId, used(1, 1));
    other.close();
    expect(ledger.spentOnTask('task-1', false).spent).toBe(2);
  });
});

describe('an alert', () => {
  it('comes once, when the share of a limit is first spent', () => {
    const { ledger } = aLedger();
    const limits = limitsOf({ task: 10_000, month: 40_000, alertThreshold: 0.5 });
    const spend = (output: number) =>
      ledger.settle(reserved(ledger, { limits }).reservationId, used(1000, output)).alerts;
    expect(spend(1500)).toEqual([]);
    expect(spend(1500)).toEqual([
      { window: 'task', key: 'task-1', group: null, isSimulated: false, limit: 10_000, spent: 5000 },
    ]);
    expect(spend(500)).toEqual([]);
  });

  it('comes with a reservation when the limit was lowered', () => {
    const { ledger } = aLedger();
    ledger.settle(reserved(ledger).reservationId, used(1000, 2000));
    const { alerts } = reserved(ledger, { limits: limitsOf({ day: 6000, alertThreshold: 0.5 }) });
    expect(alerts.map(({ window, key }) => [window, key])).toEqual([['day', '2026-03-10']]);
  });

  it('is not raised by what is only held', () => {
    const { ledger } = aLedger();
    expect(reserved(ledger, { limits: limitsOf({ task: 3000 }) }).alerts).toEqual([]);
  });
});

describe('days and months', () => {
  it('end at midnight of the local calendar', () => {
    const clock = aClock('2026-03-31T23:59:59');
    const { ledger } = aLedger(clock);
    reserved(ledger);
    expect(ledger.spentInWindow('day', false).reserved).toBe(3000);
    clock.set('2026-04-01T00:00:00');
    expect(ledger.spentInWindow('day', false).reserved).toBe(0);
    expect(ledger.spentInWindow('month', false).reserved).toBe(0);
  });

  it('do not start again when the clock goes back', () => {
    const clock = aClock('2026-04-01T08:00:00');
    const { ledger } = aLedger(clock);
    const limits = limitsOf({ day: 3000 });
    reserved(ledger, { limits });
    clock.set('2026-03-30T08:00:00');
    expect(ledger.reserve(aRequest({ limits, taskId: 'task-2' }))).toMatchObject({ kind: 'over', window: 'day' });
    expect(ledger.spentInWindow('month', false).reserved).toBe(3000);
  });

  it('keep a request in the window that it was reserved in', () => {
    const clock = aClock('2026-03-31T23:59:59');
    const { ledger } = aLedger(clock);
    const { reservationId } = reserved(ledger);
    clock.set('2026-04-01T00:00:10');
    ledger.settle(reservationId, used(1000, 10));
    expect(ledger.spentInWindow('month', false)).toEqual({ spent: 0, reserved: 0 });
  });

  it('need a clock that works', () => {
    const { ledger } = aLedger(aClock('no date'));
    expect(() => ledger.reserve(aRequest())).toThrow('no usable date');
  });
});

describe('a ledger that cannot be relied upon', () => {
  const unusable = expect.objectContaining({ code: 'ledger_unusable' });

  it('is one that is no database', () => {
    const lokiHome = aFolder();
    writeFileSync(path.join(lokiHome, 'loki.db'), 'not a database '.repeat(1000));
    expect(() => openLedger({ lokiHome, clock: aClock() })).toThrow(unusable);
  });

  it('is a folder, or lies below a file', () => {
    const lokiHome = aFolder();
    mkdirSync(path.join(lokiHome, 'loki.db'));
    expect(() => openLedger({ lokiHome, clock: aClock() })).toThrow(unusable);
    writeFileSync(path.join(lokiHome, 'file'), '');
    expect(() => openLedger({ lokiHome: path.join(lokiHome, 'file', 'home'), clock: aClock() })).toThrow(unusable);
  });

  it('lies in a folder that may not be written', () => {
    // Root may write wherever there is a disk, but not into what the kernel shows.
    const folder = isRoot ? '/sys' : aFolder();
    if (!isRoot) chmodSync(folder, 0o500);
    expect(() => openLedger({ lokiHome: path.join(folder, 'home'), clock: aClock() })).toThrow(unusable);
  });

  it('is one whose file was taken away meanwhile', () => {
    const { ledger, lokiHome } = aLedger();
    renameSync(path.join(lokiHome, 'loki.db'), path.join(lokiHome, 'old.db'));
    expect(() => ledger.reserve(aRequest())).toThrow(unusable);
    writeFileSync(path.join(lokiHome, 'loki.db'), '');
    expect(() => ledger.reserve(aRequest())).toThrow(unusable);
  });

  it.each([
    ['sums that are not counted exactly', 'UPDATE cost_windows SET spent = 9007199254740993'],
    ['prices that cannot be', `UPDATE cost_terms SET text = '[]' WHERE text LIKE '[%'`],
    ['limits that are no JSON', `UPDATE cost_terms SET text = '{' WHERE text LIKE '{%'`],
    ['a missing table', 'DROP TABLE cost_windows'],
    ['sums of groups that are missing', 'DROP TABLE cost_groups'],
  ])('is one with %s', (_name, damage) => {
    const { ledger, lokiHome } = aLedger();
    ledger.settle(reserved(ledger).reservationId, used(1, 1));
    const { reservationId } = reserved(ledger);
    const database = new DatabaseSync(path.join(lokiHome, 'loki.db'));
    database.exec(damage);
    database.close();
    // Another process, which remembers nothing of the reservation.
    expect(() => openLedger({ lokiHome, clock: aClock() }).settle(reservationId, used(1, 1))).toThrow(unusable);
  });
});

describe('the file', () => {
  it.skipIf(process.platform === 'win32')('is readable for its owner alone', () => {
    const { lokiHome } = aLedger();
    expect(statSync(path.join(lokiHome, 'loki.db')).mode & 0o777).toBe(0o600);
  });

  it('remembers the process that must close a reservation, and the real path of the project', () => {
    const { ledger, lokiHome } = aLedger();
    mkdirSync(path.join(lokiHome, 'real'));
    symlinkSync(path.join(lokiHome, 'real'), path.join(lokiHome, 'link'));
    reserved(ledger, { project: path.join(lokiHome, 'link') });
    const database = new DatabaseSync(path.join(lokiHome, 'loki.db'));
    const row = database.prepare('SELECT owner_pid, owner_started_at, project FROM cost_holds').get();
    database.close();
    expect({ ...row }).toEqual({
      owner_pid: process.pid,
      owner_started_at: expect.stringMatching(/\S/),
      project: path.join(lokiHome, 'real'),
    });
  });
});
