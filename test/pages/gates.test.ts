import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blockedGates } from './fixtures.ts';
import { hasChromium, openChromium } from './openChromium.ts';
import { openPage } from './openPage.ts';
import { servePages, type PageServer } from './servePages.ts';

const workspace = '/home/dev/sample-shop';

describe.skipIf(!hasChromium)('the gates page (needs the package chromium)', () => {
  let browser: Browser;
  let server: PageServer;
  beforeAll(async () => {
    [browser, server] = await Promise.all([openChromium(), servePages()]);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  it('required gates come first, a place opens, and a finding is given to Loki by keyboard', async () => {
    const opened = await openPage(browser, server, 'gates');
    const { page } = opened;
    await opened.send({ type: 'state', workspace, state: blockedGates });
    expect(await page.locator('.gate h3').allTextContents()).toMatchObject(
      ['tests', 'secrets', 'types', 'licences'].map((id) => expect.stringContaining(id)),
    );
    await page.getByRole('button', { name: 'test/cart.test.js:14' }).click();
    await page.getByRole('button', { name: /^Fix with Loki: The quantity comes/ }).focus();
    await page.keyboard.press('Enter');
    expect((await opened.posted()).slice(1)).toEqual([
      { type: 'open', path: 'test/cart.test.js', line: 14 },
      { type: 'fix', findingId: 'security_auditor-07ec784d4148' },
    ]);
    expect(opened.troubles()).toEqual([]);
    await page.close();
  });

  it('keeps which folder it is about, so that it comes back for that one', async () => {
    const opened = await openPage(browser, server, 'gates');
    await opened.send({ type: 'state', workspace, state: blockedGates });
    expect(await opened.kept()).toEqual({ workspace, scrollTop: 0 });
    await opened.page.close();
  });

  it('a changed verdict is announced', async () => {
    const opened = await openPage(browser, server, 'gates');
    await opened.send({ type: 'state', workspace, state: blockedGates });
    await opened.send({ type: 'state', workspace, state: { ...blockedGates, verdict: 'VERIFIED' } });
    expect(await opened.page.getByRole('status').textContent()).toBe('The verdict is VERIFIED');
    await opened.page.close();
  });
});
