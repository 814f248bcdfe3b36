import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerWindows } from './answerWindows.ts';
import { demoEntries, longLog } from './fixtures.ts';
import { hasChromium, openChromium } from './openChromium.ts';
import { openPage, type OpenedPage, type OpenOptions } from './openPage.ts';
import { servePages, type PageServer } from './servePages.ts';

const log = longLog(12_000);
const workspace = '/home/dev/sample-shop';
const told = (brokenAt: number | null, isVerifying = false) => ({
  type: 'state',
  workspace,
  isVerifying,
  state: {
    isAbsent: false,
    message: 'told',
    verification: {
      valid: brokenAt === null,
      entries: log.length,
      brokenAt,
      error: brokenAt === null ? null : `entry ${brokenAt} was changed after it was written`,
    },
  },
});

describe.skipIf(!hasChromium)('the audit page (needs the package chromium)', () => {
  let browser: Browser;
  let server: PageServer;
  beforeAll(async () => {
    [browser, server] = await Promise.all([openChromium(), servePages()]);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });
  const open = async (options?: OpenOptions): Promise<OpenedPage> => {
    const opened = await openPage(browser, server, 'audit', options);
    await opened.send(told(null));
    await answerWindows(opened, log);
    return opened;
  };
  const scroll = async ({ page }: OpenedPage, to: number): Promise<void> => {
    await page.evaluate(`document.getElementById('entries').scrollTop = ${to}`);
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
  };

  it('of a long log only what is seen is asked for and drawn', async () => {
    const opened = await open();
    expect(await opened.page.getByRole('heading', { name: '12,000 entries, the latest first' }).count()).toBe(1);
    await scroll(opened, 26 * 6000);
    await answerWindows(opened, log);
    const seqs = await opened.page.locator('.entry .seq').allTextContents();
    expect(seqs).toContain(String(12_000 - 1 - 6000));
    expect(seqs.length).toBeLessThan(80);
    const asked = (await opened.posted()).filter(({ type }) => type === 'window');
    expect(asked.length).toBeLessThan(6);
    expect(opened.troubles()).toEqual([]);
    await opened.page.close();
  });

  it('by keyboard: arrows move and show the entry, Enter goes to its details, Escape comes back', async () => {
    const opened = await open();
    const { page } = opened;
    await page.locator('#entries').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.getByRole('heading', { name: 'Entry 11998' }).waitFor();
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('details');
    expect(await page.locator('#details').textContent()).toContain(demoEntries[11_998 % demoEntries.length]?.hash);
    await page.keyboard.press('Escape');
    expect(await page.evaluate('document.activeElement.id')).toBe('entries');
    await page.keyboard.press('End');
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
    await answerWindows(opened, log);
    await page.getByRole('heading', { name: 'Entry 0', exact: true }).waitFor();
    expect(await page.locator('.entry.cursor').getAttribute('aria-posinset')).toBe('12000');
    await page.close();
  });

  it('keeps the entry whose details are open in sight when the page becomes narrow and its rows higher', async () => {
    const opened = await open();
    const { page } = opened;
    await page.locator('#entries').focus();
    await page.keyboard.press('End');
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
    await answerWindows(opened, log);
    await page.getByRole('heading', { name: 'Entry 0', exact: true }).waitFor();
    await page.setViewportSize({ width: 300, height: 900 });
    await expect
      .poll(async () => {
        await answerWindows(opened, log);
        return await page.locator('.entry.cursor .seq').allTextContents();
      })
      .toEqual(['0']);
    const list = await page.locator('#entries').boundingBox();
    await expect
      .poll(async () => {
        const row = await page.locator('.entry.cursor').boundingBox();
        return row !== null && list !== null && row.y >= list.y && row.y + row.height <= list.y + list.height + 1;
      })
      .toBe(true);
    await page.close();
  });

  it('a filter asks anew when the typing pauses, and an answer to the old question is not shown', async () => {
    const opened = await open();
    const { page } = opened;
    const before = (await opened.posted()).length;
    await page.getByRole('textbox', { name: 'Text' }).fill('infrastructure/deploy.yaml');
    await page.getByRole('combobox', { name: 'Decision' }).selectOption('DENY');
    await expect
      .poll(async () => (await opened.posted()).slice(before).at(-1))
      .toMatchObject({
        type: 'window',
        offset: 0,
        filter: { text: 'infrastructure/deploy.yaml', decision: 'DENY', run: null, agent: null },
      });
    await opened.send({ type: 'window', request: 1, offset: 0, window: { total: 7, revision: 9, entries: [] } });
    await answerWindows(opened, log);
    expect(await page.locator('.list-title').textContent()).toMatch(/\d+ entries match, the latest first/);
    expect(new Set(await page.locator('.entry .where').allTextContents())).toEqual(
      new Set(['infrastructure/deploy.yaml']),
    );
    await page.getByRole('button', { name: 'Clear the filter' }).click();
    await expect
      .poll(async () => (await opened.posted()).at(-1)?.['filter'])
      .toEqual({ run: null, agent: null, decision: null, text: null });
    await page.close();
  });

  it('the break is shown at its entry', async () => {
    const opened = await open();
    const { page } = opened;
    await page.getByRole('button', { name: 'Verify chain' }).click();
    expect((await opened.posted()).at(-1)).toEqual({ type: 'verify' });
    await opened.send(told(null, true));
    expect(await page.locator('vscode-progress-bar').count()).toBe(1);
    await opened.send(told(4321));
    expect(await page.getByRole('status').textContent()).toContain('Broken at entry 4321');
    await page.getByRole('button', { name: 'Show the break' }).click();
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
    await answerWindows(opened, log);
    await page.getByRole('heading', { name: 'Entry 4321', exact: true }).waitFor();
    expect(await page.locator('.standing-broken').textContent()).toContain('chain breaks here');
    expect(await page.locator('#details').textContent()).toContain('entry 4321 was changed after it was written');
    await page.close();
  });

  it('when the log grows, who reads further down keeps the place', async () => {
    const opened = await open();
    await scroll(opened, 26 * 500);
    await answerWindows(opened, log);
    const longer = longLog(12_010);
    await opened.send({ type: 'grown' });
    await answerWindows(opened, longer, 2);
    await opened.page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
    await answerWindows(opened, longer, 2);
    expect(await opened.page.evaluate(`document.getElementById('entries').scrollTop`)).toBe(26 * 510);
    expect(await opened.page.locator('.entry .seq').allTextContents()).toContain(String(12_000 - 1 - 505));
    await opened.page.close();
  });

  it('comes back as it was, with filter and entry', async () => {
    const kept = {
      workspace,
      filter: { run: null, agent: null, decision: null, text: null },
      scrollTop: 26 * 290,
      selectedSeq: 11_700,
    };
    const opened = await open({ kept });
    await answerWindows(opened, log);
    await opened.page.getByRole('heading', { name: 'Entry 11700' }).waitFor();
    expect(await opened.page.evaluate(`document.getElementById('entries').scrollTop`)).toBe(26 * 290);
    expect(await opened.kept()).toEqual(kept);
    await opened.page.close();
  });

  it('comes back at the place in the list where it was, with no entry open', async () => {
    const kept = {
      workspace,
      filter: { run: null, agent: null, decision: null, text: null },
      scrollTop: 26 * 6000,
      selectedSeq: null,
    };
    const opened = await open({ kept });
    await answerWindows(opened, log);
    await answerWindows(opened, log);
    expect(await opened.page.evaluate(`document.getElementById('entries').scrollTop`)).toBe(26 * 6000);
    expect(await opened.page.locator('.entry .seq').allTextContents()).toContain(String(12_000 - 1 - 6000));
    expect(await opened.kept()).toEqual(kept);
    await opened.page.close();
  });

  it('comes back with its entry in a filtered list, whose numbers have holes', async () => {
    const refused = log.filter((entry) => entry.metadata?.['decision'] === 'DENY').map(({ seq }) => seq);
    const selectedSeq = refused[Math.floor(refused.length / 3)] ?? 0;
    const kept = {
      workspace,
      filter: { run: null, agent: null, decision: 'DENY', text: null },
      scrollTop: 0,
      selectedSeq,
    };
    const opened = await open({ kept });
    await expect
      .poll(async () => {
        await answerWindows(opened, log);
        return await opened.page.getByRole('heading', { name: `Entry ${selectedSeq}`, exact: true }).count();
      })
      .toBe(1);
    expect(await opened.kept()).toMatchObject({ selectedSeq, filter: kept.filter });
    await opened.page.close();
  });

  it('keeps which folder it is about, so that it comes back for that one', async () => {
    const opened = await open();
    expect(await opened.kept()).toMatchObject({ workspace, scrollTop: 0, selectedSeq: null });
    await opened.page.close();
  });

  it('where there is no log, it says what to do', async () => {
    const opened = await openPage(browser, server, 'audit');
    await opened.send({
      type: 'state',
      workspace,
      isVerifying: false,
      state: { isAbsent: true, message: 'Nothing was recorded in this workspace.', verification: null },
    });
    expect(await opened.page.getByText('Loki: Run Task').isVisible()).toBe(true);
    expect((await opened.posted()).map(({ type }) => type)).toEqual(['ready']);
    expect(await opened.seriousFindings()).toEqual([]);
    await opened.page.close();
  });
});
