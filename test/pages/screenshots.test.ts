import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerWindows } from './answerWindows.ts';
import { hasChromium, openChromium } from './openChromium.ts';
import { allThemes, openPage, type OpenedPage } from './openPage.ts';
import {
  blockedGates,
  demoApproval,
  demoEntries,
  demoEvents,
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

interface Scene {
  readonly page: PageName;
  readonly name: string;
  readonly play: (opened: OpenedPage) => Promise<void>;
}

const workspace = '/home/dev/sample-shop';
const chain = { isAbsent: false, message: 'The log is intact.' };
const valid = { valid: true, entries: demoEntries.length, brokenAt: null, error: null };
const broken = {
  valid: false,
  entries: demoEntries.length,
  brokenAt: 139,
  error:
    'The audit log /home/dev/sample-shop/.loki/audit/audit.jsonl is not intact: entry 139 was changed after it was written: its content does not match its own hash',
};

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
  {
    page: 'audit',
    name: 'valid',
    play: async (opened) => {
      await opened.send({ type: 'state', workspace, state: { ...chain, verification: valid }, isVerifying: false });
      await answerWindows(opened, demoEntries);
    },
  },
  {
    page: 'audit',
    name: 'broken',
    play: async (opened) => {
      await opened.send({ type: 'state', workspace, state: { ...chain, verification: broken }, isVerifying: false });
      await answerWindows(opened, demoEntries);
      await opened.page.getByRole('button', { name: 'Show the break' }).click();
      await opened.page.locator('#details').waitFor();
    },
  },
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
