import { describe, expect, it } from 'vitest';
import type { RunSummary } from '#protocol/task';
import {
  demoApproval,
  demoEvents,
  demoResult,
  finishedSummary,
  meter,
  summaryOf,
  untilApproval,
} from '../../pages/fixtures.ts';
import { announcements } from '../../../webview/src/task/announcements.ts';
import { approvalStanding } from '../../../webview/src/task/approvalStanding.ts';
import { deedOffers } from '../../../webview/src/task/deeds.ts';
import { foldSnapshot } from '../../../webview/src/task/foldEvents.ts';
import { moneyShares, taskWindow } from '../../../webview/src/task/moneyShares.ts';
import { stateWords } from '../../../webview/src/task/taskWords.ts';

const half = foldSnapshot(untilApproval);
const whole = foldSnapshot(demoEvents);

describe('where a run stands, in words', () => {
  const blocked = { ...demoResult, verdict: 'BLOCKED', reason: 'Stopped after 3 cycles: gate tests failed' } as const;
  const cases: readonly (readonly [string, Partial<RunSummary>, number, string, RegExp])[] = [
    ['a working run says cycle and phase', {}, 0, 'Working', /^Cycle 1 of at most 3: act/],
    ['an open approval comes first', {}, 2, 'Waiting for you', /^2 approvals are open/],
    [
      'a paused run says that its work is kept',
      { state: 'paused', reason: 'the budget is spent' },
      0,
      'Paused',
      /^the budget is spent\. Its work is kept/,
    ],
    [
      'a reason that says it is not repeated',
      { state: 'cancelled', reason: 'Cancelled; the work so far is kept on its branch' },
      0,
      'Cancelled',
      /^Cancelled; the work so far is kept on its branch\. Resume it to go on\.$/,
    ],
    ['an interrupted run too', { state: 'interrupted' }, 0, 'Interrupted', /kept; resume it/],
    ['a verified run says so', { state: 'finished', result: demoResult }, 0, 'VERIFIED', /^All required gates passed/],
    ['a blocked run says why', { state: 'finished', result: blocked }, 0, 'BLOCKED', /gate tests failed\.$/],
    [
      'an accepted run says where it is',
      { state: 'finished', result: demoResult, outcome: 'accepted' },
      0,
      'VERIFIED',
      /in your branch\.$/,
    ],
  ];
  it.each(cases)('%s', (_, part, open, title, detail) => {
    const words = stateWords(summaryOf(part), half, open);
    expect(words.title).toBe(title);
    expect(words.detail).toMatch(detail);
  });
});

describe('next steps', () => {
  const enabled = (part: Partial<RunSummary>): readonly string[] =>
    deedOffers({ ...finishedSummary, ...part })
      .filter(({ obstacle }) => obstacle === null)
      .map(({ deed, isPrimary }) => `${deed}${isPrimary ? '!' : ''}`);
  it.each<readonly [string, Partial<RunSummary>, readonly string[]]>([
    ['a working run can be cancelled', { state: 'working', result: null }, ['cancel', 'showChanges', 'showAudit']],
    ['a verified run is for accepting', {}, ['accept!', 'showChanges', 'discard', 'showAudit', 'showLog']],
    [
      'a blocked run can be accepted, but nothing invites to',
      { result: { ...demoResult, verdict: 'BLOCKED' } },
      ['accept', 'showChanges', 'discard', 'showAudit', 'showLog'],
    ],
    [
      'an accepted run is neither accepted nor discarded again',
      { outcome: 'accepted' },
      ['showChanges', 'showAudit', 'showLog'],
    ],
    ['a discarded run has nothing left to show', { outcome: 'discarded' }, ['showAudit', 'showLog']],
    [
      'a run without changes has nothing to accept',
      { result: { ...demoResult, filesChanged: [] } },
      ['discard', 'showAudit', 'showLog'],
    ],
    [
      'a paused run is for resuming',
      { state: 'paused', result: null },
      ['resume!', 'showChanges', 'discard', 'showAudit', 'showLog'],
    ],
    ['a discarded run is not resumed', { state: 'cancelled', outcome: 'discarded' }, ['showAudit', 'showLog']],
  ])('%s', (_, part, deeds) => expect(enabled(part)).toEqual(deeds));

  it('a run that stopped for money is not invited to stop again', () => {
    const offers = deedOffers({ ...finishedSummary, state: 'paused', result: null }, true);
    expect(offers.filter(({ isPrimary }) => isPrimary)).toEqual([]);
    expect(offers[0]).toMatchObject({ deed: 'resume', obstacle: null });
  });
});

describe('money in words and shares', () => {
  it.each([
    [
      { spentUsd: 0.25, reservedUsd: 0.25, limitUsd: 1 },
      '$0.25 of $1.00 spent (25 %), $0.25 reserved; warns at 80 %',
      25,
      25,
    ],
    [{ spentUsd: 0.9, reservedUsd: 0, limitUsd: 1 }, '$0.90 of $1.00 spent (90 %); beyond 80 %', 90, 0],
    [{ spentUsd: 3, reservedUsd: 1, limitUsd: 2 }, '$3.00 of $2.00 spent (150 %), $1.00 reserved; beyond 80 %', 100, 0],
    [{ spentUsd: 0, reservedUsd: 0, limitUsd: null }, '$0.00 spent; no limit is set', 0, 0],
    [{ spentUsd: 0, reservedUsd: 0, limitUsd: 0 }, '$0.00 of $0.00 spent (all of it); beyond 80 %', 0, 0],
  ])('%j', (window, words, spentPercent, reservedPercent) => {
    expect(moneyShares(window, 0.8)).toMatchObject({ words, spentPercent, reservedPercent });
  });

  it('real money of another task is not shown as the money of a simulated one', () => {
    const other = { ...meter, simulated: false };
    expect(taskWindow(summaryOf(), half, other)).toEqual({ spentUsd: 0.047937, reservedUsd: 0, limitUsd: 1 });
  });
});

describe('an approval can be answered', () => {
  const request = { ...demoApproval(), expiresAt: new Date(100_000).toISOString() };
  const shownAtMs = new Map([[request.approvalId, 1000]]);
  const sent = new Map([[request.approvalId, { outcome: 'denied', atMs: 5000 } as const]]);
  it.each([
    ['not in the moment it appears', 1200, new Map(), 'asleep'],
    ['a moment later', 2000, new Map(), 'open'],
    ['not twice', 6000, sent, 'sent'],
    ['again when the answer changed nothing', 14_000, sent, 'open'],
    ['not after it expired', 100_000, new Map(), 'expired'],
  ] as const)('%s', (_, nowMs, answers, standing) => {
    expect(approvalStanding(request, { sent: answers, shownAtMs, nowMs })).toBe(standing);
  });
});

describe('what is said aloud', () => {
  const quiet = foldSnapshot(untilApproval.slice(0, -1));
  const summary = summaryOf();
  it.each([
    [
      'a new approval, at once',
      { summary, model: quiet, approvals: [] },
      { summary, model: half, approvals: [demoApproval()] },
      ['now: implementer asks for your approval: edit package.json'],
    ],
    [
      'a known approval not again',
      { summary, model: half, approvals: [demoApproval()] },
      { summary, model: half, approvals: [demoApproval()] },
      [],
    ],
    [
      'the phase',
      { summary, model: foldSnapshot(demoEvents.slice(0, 5)), approvals: [] },
      { summary, model: quiet, approvals: [] },
      ['politely: Cycle 1, Act'],
    ],
    [
      'nothing of single actions',
      { summary, model: foldSnapshot(untilApproval.slice(0, -4)), approvals: [] },
      { summary, model: quiet, approvals: [] },
      [],
    ],
    [
      'the end, with the verdict',
      { summary, model: half, approvals: [] },
      { summary: finishedSummary, model: whole, approvals: [] },
      ['politely: The run is finished, VERIFIED. All required gates passed and no finding is open'],
    ],
    [
      'an end that no run has told',
      { summary, model: half, approvals: [] },
      { summary: summaryOf({ state: 'interrupted' }), model: half, approvals: [] },
      ['politely: The run is interrupted.'],
    ],
  ])('%s', (_, before, after, said) => {
    expect(announcements(before, after).map(({ when, text }) => `${when}: ${text}`)).toEqual(said);
  });
});
