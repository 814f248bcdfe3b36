import type { AuditEntry, AuditVerification } from '#protocol/audit';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aVerification } from './aVerification.ts';
import { answerWindows } from './answerWindows.ts';
import { longLog } from './fixtures.ts';
import { hasChromium, openChromium } from './openChromium.ts';
import { openPage, type OpenedPage } from './openPage.ts';
import { servePages, type PageServer } from './servePages.ts';

// What a verification found, on the audit page: where the log is broken, and the way there.

const log = longLog(12_000);
const told = (verification: AuditVerification, isVerifying = false) => ({
  type: 'state',
  workspace: '/home/dev/sample-shop',
  isVerifying,
  state: { isAbsent: false, isDisabled: false, message: 'told', verification },
});

describe.skipIf(!hasChromium)('a verification on the audit page (needs the package chromium)', () => {
  let browser: Browser;
  let server: PageServer;
  beforeAll(async () => {
    [browser, server] = await Promise.all([openChromium(), servePages()]);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });
  const open = async (verification: AuditVerification, there: readonly AuditEntry[]): Promise<OpenedPage> => {
    const opened = await openPage(browser, server, 'audit');
    await opened.send(told(verification));
    await answerWindows(opened, there);
    return opened;
  };

  it('the break is shown at its entry', async () => {
    const opened = await open(aVerification({ entries: log.length }), log);
    const { page } = opened;
    await page.getByRole('button', { name: 'Verify chain' }).click();
    expect((await opened.posted()).at(-1)).toEqual({ type: 'verify' });
    await opened.send(told(aVerification({ entries: log.length }), true));
    expect(await page.locator('vscode-progress-bar').count()).toBe(1);
    await opened.send(
      told(
        aVerification({
          valid: false,
          entries: log.length,
          brokenAt: 4321,
          error: 'The audit log is not intact: entry 4321 was changed after it was written',
          integrity: 'altered',
        }),
      ),
    );
    expect(await page.getByRole('status').textContent()).toContain('Altered at entry 4321');
    await page.getByRole('button', { name: 'Show the break' }).click();
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
    await answerWindows(opened, log);
    await page.getByRole('heading', { name: 'Entry 4321', exact: true }).waitFor();
    expect(await page.locator('.standing-altered').textContent()).toContain('chain breaks here');
    expect(await page.locator('#details').textContent()).toContain('entry 4321 was changed after it was written');
    await page.close();
  });

  it('where the end was cut off, the break stands above the latest entry', async () => {
    const verification = aVerification({
      valid: false,
      entries: 146,
      brokenAt: 146,
      error: 'The audit log is not complete: entries 146 to 147 are missing at its end',
      completeness: 'incomplete',
      checkpoints: { count: 1, size: 148, at: '2026-11-22T09:14:31Z', key: 'loki/5f/audit+1c9a04f7+Ab', epoch: 1 },
      keyProtection: 'keychain',
    });
    const opened = await open(verification, longLog(146));
    const { page } = opened;
    await page.getByRole('heading', { name: 'Incomplete from entry 146 on' }).waitFor();
    expect(await page.locator('.cut-end').textContent()).toContain('from entry 146 on, entries are missing');
    await page.getByRole('button', { name: 'Show the break' }).click();
    expect(await page.evaluate('document.activeElement.id')).toBe('entries');
    expect(await page.locator('.entry').first().textContent()).toContain('signed');
    await page.getByRole('button', { name: /threat model/ }).click();
    expect((await opened.posted()).at(-1)).toEqual({ type: 'showThreatModel' });
    await page.close();
  });

  it('where entries are missing in the middle, the next one that is there shows it', async () => {
    const verification = aVerification({
      valid: false,
      entries: 147,
      brokenAt: 100,
      error: 'The audit log is not complete: entry 100 is missing',
      completeness: 'incomplete',
    });
    const there = longLog(148).filter(({ seq }) => seq !== 100);
    const opened = await open(verification, there);
    await opened.page.getByRole('button', { name: 'Show the break' }).click();
    await answerWindows(opened, there);
    await opened.page.getByRole('heading', { name: 'Entry 101', exact: true }).waitFor();
    expect(await opened.page.locator('.standing-gap').textContent()).toContain('entries missing before');
    await opened.page.close();
  });
});
