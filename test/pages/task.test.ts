import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunEvent } from '#protocol/run';
import type { NumberedEvent } from '#protocol/task';
import { demoApproval, demoEvents, finishedSummary, meter, summaryOf, untilApproval } from './fixtures.ts';
import { hasChromium, openChromium } from './openChromium.ts';
import { openPage, type OpenedPage, type OpenOptions } from './openPage.ts';
import { servePages, type PageServer } from './servePages.ts';

const waiting = {
  type: 'state',
  summary: summaryOf({ state: 'awaiting' }),
  events: untilApproval,
  approvals: [demoApproval()],
  meter,
} as const;
const working = { ...waiting, summary: summaryOf(), approvals: [] };

describe.skipIf(!hasChromium)('the task page (needs the package chromium)', () => {
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

  it('each page is smaller than 250 kB', () => {
    for (const page of ['task', 'audit', 'gates', 'cost'] as const) expect(server.sizeOf(page)).toBeLessThan(250_000);
  });

  it('says that it is ready, and that it is loading until it is told something', async () => {
    const opened = await open();
    expect(await opened.posted()).toEqual([{ type: 'ready' }]);
    expect(await opened.page.getByText('Loading the task').isVisible()).toBe(true);
    await opened.page.close();
  });

  it('drops what does not fit, and shows what does', async () => {
    const opened = await open();
    await opened.send({ type: 'state', summary: '<img src=x onerror=alert(1)>' });
    await opened.send({ ...waiting, extra: true });
    expect(await opened.page.getByText('Loading the task').isVisible()).toBe(true);
    await opened.send(waiting);
    expect(await opened.page.locator('h1').textContent()).toContain('The cart ignores quantities');
    expect(opened.troubles()).toEqual([]);
    await opened.page.close();
  });

  it('text of agents is text, whatever it holds', async () => {
    const opened = await open();
    const text = '<img src=x onerror="window.__owned = true"><script>window.__owned = true</script>';
    const said: NumberedEvent = {
      number: untilApproval.length + 1,
      at: '',
      event: { type: 'said', agent: 'implementer', text },
    };
    await opened.send({ ...working, summary: summaryOf({ task: text }), events: [...untilApproval, said] });
    expect(await opened.page.locator('h1').textContent()).toContain('<img src=x');
    expect(
      await opened.page.evaluate('window.__owned === undefined && document.querySelectorAll("img").length === 0'),
    ).toBe(true);
    await opened.page.close();
  });

  it('a gap in the numbers asks for everything again, once, and no change is shown until it comes', async () => {
    const opened = await open();
    await opened.send(working);
    const change = { ...working, type: 'changed', events: demoEvents.slice(untilApproval.length + 1) };
    await opened.send(change);
    await opened.send({ ...change, events: demoEvents.slice(untilApproval.length + 3) });
    expect((await opened.posted()).filter(({ type }) => type === 'ready').length).toBe(2);
    expect(await opened.page.locator('.cycle').count()).toBe(1);
    await opened.send({ ...working, summary: finishedSummary, events: demoEvents });
    expect(await opened.page.locator('.cycle').count()).toBe(2);
    await opened.page.close();
  });

  it('phases and approvals are announced, actions are not', async () => {
    const opened = await open();
    await opened.send({ ...working, events: demoEvents.slice(0, 10) });
    await opened.send({ ...waiting, type: 'changed', events: untilApproval.slice(10) });
    expect(await opened.page.locator('[role=alert] p').allTextContents()).toEqual([
      'implementer asks for your approval: edit package.json',
    ]);
    expect(await opened.page.locator('[role=status] p').allTextContents()).toEqual(['Cycle 1, Act']);
    await opened.page.close();
  });

  it('a list of actions is one stop of the Tab key; arrows move, Enter opens, and it stays open when the page comes back', async () => {
    const opened = await open();
    await opened.send(working);
    const { page } = opened;
    expect(await page.locator('.items summary[tabindex="0"]').count()).toBe(await page.locator('.items').count());
    await page.locator('.items summary').first().focus();
    await page.keyboard.press('End');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await page.locator('.action.state-refused[open] .rules').waitFor();
    expect(await page.locator('.action[open]').textContent()).toContain('is covered by denied_paths');
    await page.getByRole('button', { name: '.loki/config.yaml:4' }).click();
    expect((await opened.posted()).at(-1)).toEqual({ type: 'open', path: '.loki/config.yaml', line: 4 });
    const again = await open({ kept: await opened.kept() });
    await again.send(working);
    expect(await again.page.locator('.action.state-refused[open]').count()).toBe(1);
    await page.close();
    await again.page.close();
  });

  it('only deeds that make sense can be done', async () => {
    const opened = await open();
    await opened.send({ ...working, summary: { ...finishedSummary, outcome: 'accepted' }, events: demoEvents });
    await opened.page.locator('[data-deed=accept]').dispatchEvent('click');
    await opened.page.locator('[data-deed=showAudit]').click();
    expect((await opened.posted()).filter(({ type }) => type === 'run')).toEqual([{ type: 'run', deed: 'showAudit' }]);
    await opened.page.close();
  });

  it('one action more after two thousand draws only itself; the view follows at its end and stays put elsewhere', async () => {
    const opened = await open({ height: 600 });
    const { page } = opened;
    const many = longRun(2000);
    await opened.send({ ...working, events: many });
    expect(await page.locator('.items li').count()).toBe(2000);
    await page.evaluate('document.documentElement.scrollTop = 4000');
    // What one more action costs must not depend on how many there are: only what is new is drawn.
    const changes = Number(
      await page.evaluate(
        `new Promise((done) => {
          let changes = 0;
          const observer = new MutationObserver((records) => {
            changes += records.length;
            if (document.body.textContent.includes('one more')) requestAnimationFrame(() => done(changes));
          });
          observer.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
          window.postMessage(${JSON.stringify({ ...working, type: 'changed', events: nextAction(many.length, 'one more') })}, '*');
        })`,
      ),
    );
    expect(changes).toBeLessThan(100);
    expect(await page.evaluate('Math.abs(document.documentElement.scrollTop - 4000) < 60')).toBe(true);
    await page.evaluate('document.documentElement.scrollTop = document.documentElement.scrollHeight');
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
    await page.evaluate('document.documentElement.scrollTop = document.documentElement.scrollHeight');
    await opened.send({ ...working, type: 'changed', events: nextAction(many.length + 1, 'the last one') });
    expect(
      await page.evaluate(
        'document.documentElement.scrollTop + innerHeight >= document.documentElement.scrollHeight - 4',
      ),
    ).toBe(true);
    await page.close();
  });

  it('a run whose process died spins nowhere, says once that its work is kept, and says it aloud', async () => {
    const opened = await open();
    const { page } = opened;
    await opened.send(working);
    expect(await page.locator('.icon-running').count()).toBeGreaterThan(0);
    const reason = 'Interrupted in cycle 1 (act): its process ended without a word; its work is kept';
    await opened.send({
      ...working,
      type: 'changed',
      events: [],
      summary: summaryOf({ state: 'interrupted', reason }),
    });
    await page.getByRole('heading', { name: 'Interrupted', exact: true }).waitFor();
    expect(await page.locator('.icon-running').count()).toBe(0);
    expect(await page.getByText('stopped here').count()).toBe(1);
    const words = (await page.getByRole('region', { name: 'State' }).textContent()) ?? '';
    expect(words.match(/kept/g)).toHaveLength(1);
    expect(await page.getByRole('status').textContent()).toContain('The run is interrupted');
    await page.close();
  });
});

function longRun(length: number): readonly NumberedEvent[] {
  const head = untilApproval.slice(0, 3).map(({ event }) => event);
  const actions = Array.from({ length }, (_, index) => doneAction(`read src/file-${index}.ts`, index));
  return [...head, ...actions].map((event, index) => ({ number: index + 1, at: '2026-11-22T09:00:00.000Z', event }));
}

function nextAction(after: number, title: string): readonly NumberedEvent[] {
  return [{ number: after + 1, at: '2026-11-22T09:00:00.000Z', event: doneAction(title, after) }];
}

function doneAction(title: string, index: number): RunEvent {
  return {
    type: 'action',
    actionId: `act-${index}-${title}`,
    agent: 'architect',
    action: { kind: 'git_status' },
    title,
    state: 'done',
    decision: 'ALLOW',
    reason: null,
    rules: [],
    durationMs: 3,
  };
}
