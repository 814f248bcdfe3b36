import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import type { AuditEntry, AuditVerification } from '#protocol/audit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerWindows } from './answerWindows.ts';
import { hasChromium, openChromium } from './openChromium.ts';
import { allThemes, openPage, type OpenedPage } from './openPage.ts';
import { aVerification } from './aVerification.ts';
import {
  blockedGates,
  demoApproval,
  demoEntries,
  demoEvents,
  demoResult,
  finishedSummary,
  maskedApproval,
  meter,
  summaryOf,
  untilApproval,
} from './fixtures.ts';
import { servePages, type PageName, type PageServer } from './servePages.ts';

// Each page, wide and narrow, with the data of a real run. axe always looks at a light and a dark theme; with
// LOKI_SCREENSHOTS=1 at all four, and people find the pictures in test/pages/.screenshots.

const takesPictures = process.env['LOKI_SCREENSHOTS'] === '1';
const themes = takesPictures ? allThemes : (['light', 'dark'] as const);

const folder = path.join(import.meta.dirname, '.screenshots');

function auditScene(
  name: string,
  verification: AuditVerification,
  log: readonly AuditEntry[],
  then: (opened: OpenedPage) => Promise<void> = async () => await Promise.resolve(),
): Scene {
  const play = async (opened: OpenedPage): Promise<void> => {
    await opened.send({ type: 'state', workspace, state: { ...chain, verification }, isVerifying: false });
    await answerWindows(opened, log);
    await then(opened);
  };
  return { page: 'audit', name, play };
}

interface Scene {
  readonly page: PageName;
  readonly name: string;
  readonly play: (opened: OpenedPage) => Promise<void>;
}

const workspace = '/home/dev/sample-shop';
const chain = { isAbsent: false, isDisabled: false, message: 'The log is intact.' };
const entries = demoEntries.length;
const signed = {
  count: 3,
  size: entries,
  at: '2026-11-22T09:14:31Z',
  key: 'loki/5f0c2a9be1/audit+1c9a04f7+AbCdEfGh',
  epoch: 1,
};
const complete = aVerification({
  entries,
  completeness: 'complete',
  checkpoints: signed,
  anchoredTo: [{ by: 'a git note in a remote', size: entries - 12, at: '2026-11-22T09:13:02Z' }],
  keyProtection: 'keychain',
});
const complaint = 'The audit log /home/dev/sample-shop/.loki/audit/audit.jsonl is not';
const broken = aVerification({
  ...complete,
  valid: false,
  brokenAt: 139,
  error: `${complaint} intact: entry 139 was changed after it was written: its content does not match its own hash`,
  integrity: 'altered',
});
/** The recorded log with one digit of a time changed. */
const changedEntries = demoEntries.map((entry) =>
  entry.seq === 139
    ? { ...entry, timestamp: entry.timestamp.replace(/\d(?=Z$)/, (digit) => (digit === '1' ? '2' : '1')) }
    : entry,
);
const cut = aVerification({
  ...complete,
  valid: false,
  entries: entries - 2,
  brokenAt: entries - 2,
  error: `${complaint} complete: entries ${entries - 2} to ${entries - 1} are missing at its end: the checkpoint signed at 2026-11-22T09:14:31Z covers ${entries} entries`,
  completeness: 'incomplete',
  anchoredTo: [],
});
/** Signed by a key in a file, long ago, and some entries are newer than anything that is known. */
const weaker = aVerification({
  entries,
  completeness: 'complete',
  checkpoints: { ...signed, size: entries - 20, epoch: 2 },
  keyProtection: 'file',
  warnings: [
    'the last 20 entries are newer than anything that says how long the log must be: whether more were there, nothing can tell',
    'audit.checkpoints ends inside a line: its last writer was stopped while writing; the next one cuts it off',
  ],
});
const gone = aVerification({
  valid: false,
  brokenAt: 0,
  error: `${complaint} complete: the audit log with 148 entries that was here is gone: what this machine remembers of it says so`,
  completeness: 'incomplete',
});

const scenes: readonly Scene[] = [
  {
    page: 'task',
    name: 'approval',
    play: async ({ send, page }) => {
      await send({
        type: 'state',
        summary: summaryOf({ state: 'awaiting' }),
        events: untilApproval,
        approvals: [demoApproval(), maskedApproval()],
        meter,
      });
      await page.locator('.approval vscode-button[aria-disabled="false"]').first().waitFor();
    },
  },
  {
    page: 'task',
    name: 'off',
    play: async ({ send }) => {
      const events = demoEvents.map(({ event, ...rest }) =>
        event.type === 'result'
          ? { ...rest, event: { ...event, audit: { ...event.audit, disabled: true } } }
          : { ...rest, event },
      );
      const reason = 'All gates passed; but the audit log was switched off (LOKI_AUDIT_DISABLED)';
      const result = { ...demoResult, verdict: 'CONCERNS' as const, reason };
      await send({
        type: 'state',
        summary: { ...finishedSummary, reason, result },
        events,
        approvals: [],
        meter: null,
      });
    },
  },
  {
    page: 'task',
    name: 'working-off',
    play: async ({ send }) =>
      await send({
        type: 'state',
        summary: summaryOf(),
        events: untilApproval,
        approvals: [],
        meter: { ...meter, isAuditDisabled: true },
      }),
  },
  {
    page: 'task',
    name: 'finished',
    play: async ({ send, page }) => {
      await send({ type: 'state', summary: finishedSummary, events: demoEvents, approvals: [], meter: null });
      await page.locator('.phase[data-phase="1-act"] .state-refused summary').click();
    },
  },
  {
    page: 'gates',
    name: 'blocked',
    play: async ({ send }) => await send({ type: 'state', workspace, state: blockedGates }),
  },
  {
    page: 'gates',
    name: 'empty',
    play: async ({ send }) =>
      await send({
        type: 'state',
        workspace,
        state: { runId: null, profile: 'default', at: null, verdict: null, gates: [], findings: [] },
      }),
  },
  auditScene('complete', complete, demoEntries),
  {
    page: 'audit',
    name: 'off',
    play: async (opened) => {
      await opened.send({
        type: 'state',
        workspace,
        state: { ...chain, isDisabled: true, verification: complete },
        isVerifying: false,
      });
      await answerWindows(opened, demoEntries);
    },
  },
  auditScene('weaker', weaker, demoEntries),
  auditScene('unproved', aVerification({ entries }), demoEntries),
  auditScene('incomplete', cut, demoEntries.slice(0, -2)),
  auditScene('gone', gone, []),
  auditScene('altered', broken, changedEntries, async ({ page }) => {
    await page.getByRole('button', { name: 'Show the break' }).click();
    await page.locator('.clash').waitFor();
  }),
];

describe.skipIf(!hasChromium)('the pages on the screen (needs the package chromium)', () => {
  let browser: Browser;
  let server: PageServer;
  beforeAll(async () => {
    [browser, server] = await Promise.all([openChromium(), servePages()]);
    await mkdir(folder, { recursive: true });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  for (const { page: name, name: scene, play } of scenes) {
    for (const width of [1200, 300]) {
      it(`axe finds nothing serious on the ${name} page (${scene}), ${width} pixels wide, in its themes`, async () => {
        const opened = await openPage(browser, server, name, { width, height: width === 300 ? 1100 : 900 });
        await play(opened);
        for (const theme of themes) {
          await opened.paint(theme, width === 300 && name !== 'task' ? 'sidebar' : 'editor');
          if (takesPictures) {
            await opened.page.screenshot({
              path: path.join(folder, `${name}-${scene}-${theme}-${width === 300 ? 'narrow' : 'wide'}.png`),
              fullPage: name !== 'audit',
            });
          }
          // Themes differ in colours alone.
          const rules = theme === themes[0] ? 'all' : 'contrast';
          expect(await opened.seriousFindings(rules), theme).toEqual([]);
        }
        expect(await opened.page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
        expect(opened.troubles()).toEqual([]);
        await opened.page.close();
      }, 90_000);
    }
  }
});
