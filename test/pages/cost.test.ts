import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { costState, emptyCost } from './costFixtures.ts';
import { hasChromium, openChromium } from './openChromium.ts';
import { allThemes, openPage } from './openPage.ts';
import { servePages, type PageServer } from './servePages.ts';

const workspace = '/home/dev/sample-shop';

describe.skipIf(!hasChromium)('the cost page (needs the package chromium)', () => {
  let browser: Browser;
  let server: PageServer;
  beforeAll(async () => {
    [browser, server] = await Promise.all([openChromium(), servePages()]);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  it('says in words what its pictures show: spent, limit, warning, rate, when it is reached and starts anew', async () => {
    const { page, send, troubles } = await openPage(browser, server, 'cost');
    await send({ type: 'state', workspace, state: costState });
    const task = page.getByRole('article', { name: 'Latest task' });
    await expect
      .poll(async () => await task.textContent())
      .toMatch(/\$4\.50 of \$5\.00 spent \(90 %\), warns at \$4\.00/);
    const day = page.getByRole('article', { name: 'Today' });
    expect(await day.textContent()).toMatch(/\$0\.25 a minute.*reached at 22 Nov 2026.*starts anew at 23 Nov 2026/s);
    expect(await page.getByRole('article', { name: 'This month' }).textContent()).toContain('no limit is set');
    expect(await page.locator('.burn .limit').count()).toBe(2);
    expect(await page.locator('.burn .threshold').count()).toBe(2);
    expect(await page.locator('.burn .projection').count()).toBe(2);
    expect(troubles()).toEqual([]);
    await page.close();
  });

  it('groups by what is chosen with the keyboard, and remembers it', async () => {
    const opened = await openPage(browser, server, 'cost');
    const { page } = opened;
    await opened.send({ type: 'state', workspace, state: costState });
    await page.getByRole('tab', { name: 'task' }).focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    expect(await page.getByRole('tab', { selected: true }).textContent()).toContain('agent');
    const rows = page.locator('#breakdown tbody tr');
    expect(await rows.first().textContent()).toMatch(/implementer.*\$4\.00.*unmeasured.*2 \(2 unmeasured\)/s);
    expect(await opened.kept()).toEqual({ workspace, by: 'agent', scrollTop: 0 });
    await page.keyboard.press('End');
    expect(await page.getByRole('tab', { selected: true }).textContent()).toContain('provider');
    await page.close();
  });

  it('asks the editor to raise a limit, and offers nothing to raise where there is none', async () => {
    const opened = await openPage(browser, server, 'cost');
    await opened.send({ type: 'state', workspace, state: costState });
    await opened.page.getByRole('button', { name: 'Raise the limit: Today' }).click();
    expect((await opened.posted()).slice(1)).toEqual([{ type: 'raise', window: 'day' }]);
    expect(await opened.page.getByRole('button', { name: 'Raise the limit: This month' }).count()).toBe(0);
    await opened.page.close();
  });

  it('says what to do where nothing was spent', async () => {
    const { page, send } = await openPage(browser, server, 'cost');
    await send({ type: 'state', workspace, state: emptyCost });
    expect(await page.getByRole('heading').textContent()).toBe('Nothing has been spent here yet');
    await page.close();
  });

  it('has nothing for axe to find in any theme, narrow or wide', async () => {
    for (const width of [380, 1100]) {
      const opened = await openPage(browser, server, 'cost', { width });
      await opened.send({ type: 'state', workspace, state: costState });
      for (const theme of allThemes) {
        await opened.paint(theme);
        expect((await opened.seriousFindings()).join(), `${theme} ${width}`).toBe('');
      }
      await opened.page.close();
    }
  });
});
