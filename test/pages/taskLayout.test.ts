import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoEvents, finishedSummary, meter, summaryOf, untilApproval } from './fixtures.ts';
import { hasChromium, openChromium } from './openChromium.ts';
import { openPage, type OpenedPage, type OpenOptions } from './openPage.ts';
import { servePages, type PageServer } from './servePages.ts';

const working = { type: 'state', summary: summaryOf(), events: untilApproval, approvals: [], meter } as const;

describe.skipIf(!hasChromium)('where things stand on the task page (needs the package chromium)', () => {
  let browser: Browser;
  let server: PageServer;
  beforeAll(async () => {
    [browser, server] = await Promise.all([openChromium(), servePages()]);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });
  const open = async (options?: OpenOptions): Promise<OpenedPage> => await openPage(browser, server, 'task', options);

  it('in one column the work comes first while it goes on, and what came of it afterwards', async () => {
    const opened = await open({ width: 700 });
    const { page } = opened;
    const titles = async (): Promise<readonly string[]> => await page.locator('.columns h2').allTextContents();
    await opened.send(working);
    expect((await titles())[0]).toBe('Progress');
    await opened.send({ type: 'state', summary: finishedSummary, events: demoEvents, approvals: [], meter: null });
    expect(await titles()).toMatchObject(['Gates', 'Money, simulated', 'Confinement', '3 changed files', 'Progress']);
    await page.close();
  });

  it.each([
    [1280, [4]],
    [900, [4]],
    [320, [2, 2]],
  ])('the four phases stand in even rows, %i pixels wide', async (width, rows) => {
    const opened = await open({ width });
    await opened.send(working);
    const tops = await opened.page
      .locator('.step')
      .evaluateAll((steps) => steps.map((step) => Math.round(step.getBoundingClientRect().top)));
    expect([...new Set(tops)].map((top) => tops.filter((other) => other === top).length)).toEqual(rows);
    await opened.page.close();
  });
});
