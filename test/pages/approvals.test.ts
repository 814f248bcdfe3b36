import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunEvent } from '#protocol/run';
import { demoApproval, maskedApproval, meter, summaryOf, untilApproval } from './fixtures.ts';
import { hasChromium, openChromium } from './openChromium.ts';
import { openPage, type OpenedPage } from './openPage.ts';
import { servePages, type PageServer } from './servePages.ts';

const waiting = {
  type: 'state',
  summary: summaryOf({ state: 'awaiting' }),
  events: untilApproval,
  approvals: [demoApproval()],
  meter,
} as const;
const working = { ...waiting, summary: summaryOf(), approvals: [] };

describe.skipIf(!hasChromium)('approvals on the task page (needs the package chromium)', () => {
  let browser: Browser;
  let server: PageServer;
  beforeAll(async () => {
    [browser, server] = await Promise.all([openChromium(), servePages()]);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });
  const open = async (): Promise<OpenedPage> => await openPage(browser, server, 'task');
  const answers = async (opened: OpenedPage): Promise<readonly unknown[]> =>
    (await opened.posted()).filter(({ type }) => type === 'answer');

  it('an approval is answered by keyboard alone; Escape and a click that comes too early answer nothing', async () => {
    const opened = await open();
    const { page } = opened;
    // A click in the moment in which the button appears, however slow the machine is.
    await page.evaluate(`new MutationObserver((_changes, watching) => {
      const button = document.querySelector('.approval vscode-button');
      if (button === null) return;
      watching.disconnect();
      button.click();
    }).observe(document.body, { childList: true, subtree: true })`);
    await opened.send(waiting);
    const once = page.getByRole('button', { name: /^Approve once/ });
    await page.locator('.approval vscode-button[aria-disabled="false"]').first().waitFor();
    await once.focus();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.getAttribute("aria-label")')).toMatch(/^Deny/);
    await page.keyboard.press('Tab');
    await page.keyboard.type('Not in this release');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Enter');
    expect(await answers(opened)).toEqual([]);
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    expect(await answers(opened)).toEqual([
      {
        type: 'answer',
        approvalId: demoApproval().approvalId,
        outcome: 'denied',
        scope: 'once',
        why: 'Not in this release',
      },
    ]);
    await page.getByText('Your answer was sent').waitFor();
    await once.dispatchEvent('click');
    expect((await answers(opened)).length).toBe(1);
    await page.close();
  });

  it('an approval for the task says so, and an expired one cannot be answered', async () => {
    const opened = await open();
    const expired = { ...maskedApproval(), expiresAt: new Date(Date.now() - 1000).toISOString() };
    await opened.send({ ...waiting, approvals: [demoApproval(), expired] });
    const { page } = opened;
    await page.locator('.approval vscode-button[aria-disabled="false"]').first().waitFor();
    await page
      .getByRole('button', { name: /^Approve for this task/ })
      .first()
      .click();
    await page
      .getByRole('button', { name: /^Approve once/ })
      .nth(1)
      .dispatchEvent('click');
    expect(await answers(opened)).toEqual([
      { type: 'answer', approvalId: demoApproval().approvalId, outcome: 'approved', scope: 'task', why: null },
    ]);
    expect(await page.locator('.approval').nth(1).textContent()).toContain('Nobody answered in time');
    await page.close();
  });

  it('a pattern is said in words beside its button, and what was denied before stands first', async () => {
    const opened = await open();
    const { page } = opened;
    const pattern = 'single commands that begin with “npm run” and have no options';
    const deniedBefore = { title: 'delete docs/\u202ea.md', by: 'os:ann', why: 'keep it', deniedAt: '' };
    await opened.send({ ...waiting, approvals: [{ ...demoApproval(), pattern, deniedBefore }] });
    await page.locator('.approval vscode-button[aria-disabled="false"]').first().waitFor();
    const card = await page.locator('.approval').textContent();
    expect(card).toContain(pattern);
    expect(card?.replaceAll(/\s+/g, ' ')).toContain(
      'Denied before in this task: delete docs/U+202Ea.md, by os:ann, saying: keep it',
    );
    await page.getByRole('button', { name: /^Approve pattern/ }).click();
    expect(await answers(opened)).toMatchObject([{ outcome: 'approved', scope: 'pattern', why: null }]);
    await page.close();
  });

  it('several questions of one step are one list, answered together or one by one', async () => {
    const opened = await open();
    const { page } = opened;
    const batch = { batchId: 'batch-1', size: 3 };
    const approvals = ['a', 'b', 'c'].map((name) => ({
      ...demoApproval(),
      approvalId: `ask-${name}`,
      action: { kind: 'file_delete', path: `docs/${name}.md` },
      batch,
    }));
    await opened.send({ ...waiting, approvals });
    const list = page.locator('.approval-batch');
    await list.locator('vscode-button[aria-disabled="false"]').first().waitFor();
    expect(await list.locator('li').allTextContents()).toEqual([
      'delete docs/a.md',
      'delete docs/b.md',
      'delete docs/c.md',
    ]);
    expect(await page.locator('.approval').count()).toBe(3);
    await list.locator('input').fill('keep them');
    await page.getByRole('button', { name: /^Deny all 3/ }).click();
    expect(await answers(opened)).toEqual(
      ['a', 'b', 'c'].map((name) => ({
        type: 'answer',
        approvalId: `ask-${name}`,
        outcome: 'denied',
        scope: 'once',
        why: 'keep them',
      })),
    );
    // One is left: it is no list any more.
    await opened.send({ ...waiting, type: 'changed', events: [], approvals: approvals.slice(2) });
    await list.waitFor({ state: 'detached' });
    expect(await page.locator('.approval').count()).toBe(1);
    await page.close();
  });

  it('an action that a grant covers says who gave it, for what, and until when', async () => {
    const opened = await open();
    const at = '2030-01-01T09:00:00.000Z';
    const source = { tier: 'project', file: '.loki/policies.yaml', line: 4 } as const;
    const acted = (state: 'awaiting' | 'done'): RunEvent => ({
      type: 'action',
      actionId: 'act-granted',
      agent: 'implementer',
      action: { kind: 'file_write', path: 'docs/b.md', content: 'x' },
      title: 'write docs/b.md',
      state,
      decision: 'REQUIRE_APPROVAL',
      reason: null,
      rules: [
        {
          rule: 'rules/docs',
          decision: 'REQUIRE_APPROVAL',
          reason: 'documents are read first',
          remedy: 'change it',
          source,
        },
      ],
      durationMs: null,
    });
    const answer: RunEvent = {
      type: 'answer',
      approvalId: 'ask-none',
      actionId: 'act-granted',
      answer: {
        outcome: 'approved',
        by: 'os:ann',
        why: null,
        scope: 'pattern',
        grant: {
          grantId: 'grant-1',
          scope: 'pattern',
          words: 'writes of files under docs/',
          grantedAt: at,
          expiresAt: at,
        },
      },
    };
    const more = [acted('awaiting'), answer, acted('done')].map((event, index) => ({
      number: untilApproval.length + 1 + index,
      at,
      event,
    }));
    await opened.send({ ...working, events: [...untilApproval, ...more] });
    const line = opened.page.locator('.action', { hasText: 'write docs/b.md' });
    await line.locator('summary').click();
    await line.getByText('Approved by os:ann').first().waitFor();
    const text = (await line.textContent())?.replaceAll(/\s+/g, ' ');
    expect(text).toContain('writes of files under docs/');
    expect(text).toContain('rules/docs asks a person (project configuration, .loki/policies.yaml:4');
    expect(text).toContain('Way out: change it.');
    await opened.page.close();
  });

  it('hidden characters of a command are written out, and there is a warning', async () => {
    const opened = await open();
    await opened.send({ ...waiting, approvals: [maskedApproval()] });
    expect(await opened.page.locator('.approval pre .hidden-character').allTextContents()).toEqual([
      'U+202E',
      'U+202C',
      'U+00A0',
      'U+200B',
    ]);
    expect(await opened.page.getByText('There are hidden characters in this.').isVisible()).toBe(true);
    await opened.page.close();
  });
});
