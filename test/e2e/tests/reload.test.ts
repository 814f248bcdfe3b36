import { expect, test } from 'vitest';
import { passes } from '../harness/configurations.ts';
import { editorForFile } from '../harness/editorForFile.ts';
import type { Window } from '../harness/openWindow.ts';
import { runTask } from '../pages/runTask.ts';

const session = editorForFile({ settings: { 'loki.provider': 'demo' } });

// A window in which each page is longer than what is seen of it.
const small = { width: 1280, height: 480 };
const task = 'Task: Come back';

interface Shown {
  readonly gates: string;
  readonly agent: string;
  readonly entry: string;
  readonly count: string;
  readonly phases: readonly string[];
}

/** Sets on the pages of a task and of the audit log what a person sets, opens the gates too; answers with what shows then. */
async function setPages(window: Window): Promise<Shown> {
  const { palette, taskPage, auditPage, workbench } = window;
  await runTask(window, 'Come back');
  await taskPage.standsAt('VERIFIED');
  await palette.run('Loki: Show Gates');
  const gates = await gatesIn(window);
  await palette.run('Loki: Show Audit');
  await auditPage.standsAt('Intact and complete');
  await auditPage.agent.fill('implementer');
  await auditPage.says(/entries match/).waitFor();
  const row = auditPage.entries.nth(3);
  // The number of matches stands there a moment before the rows that match.
  await expect.poll(async () => await row.innerText()).toContain('implementer');
  const [seq = ''] = /\d+/.exec(await row.innerText()) ?? [];
  await row.click();
  await expect.poll(async () => await auditPage.details.innerText()).toBe(`Entry ${seq}`);
  const audit = await auditIn(window);

  await workbench.openTab(task);
  await taskPage.standsAt('VERIFIED');
  await taskPage.button('Actions').click();
  await taskPage.unfoldPhase();
  await taskPage.scrollTo(140);
  return { gates, ...audit, phases: await taskPage.phases() };
}

const gatesIn = async ({ gatesPage }: Window): Promise<string> => {
  await gatesPage.says('VERIFIED').first().waitFor();
  return await gatesPage.frame.locator('main').innerText();
};

const auditIn = async ({ auditPage }: Window): Promise<Pick<Shown, 'agent' | 'entry' | 'count'>> => {
  await auditPage.standsAt('Intact and complete');
  await auditPage.details.waitFor();
  return {
    agent: await auditPage.agent.inputValue(),
    entry: await auditPage.details.innerText(),
    count: await auditPage.says(/entries match/).innerText(),
  };
};

/** What a person sees on the pages who goes from one to the next; the page of the task is in front in the end. */
async function shown(window: Window): Promise<Shown> {
  const { taskPage, workbench } = window;
  await workbench.openTab('Loki Gates');
  const gates = await gatesIn(window);
  await workbench.openTab('Loki Audit');
  const audit = await auditIn(window);
  await workbench.openTab(task);
  await taskPage.standsAt('VERIFIED');
  await expect.poll(async () => await taskPage.filter()).toBe('Actions');
  await expect.poll(async () => await taskPage.scrollTop()).toBe(140);
  return { gates, ...audit, phases: await taskPage.phases() };
}

test('a page that was hidden comes back as it was', async () => {
  const [window] = await session.openSample(passes, small);
  const before = await setPages(window);
  expect(before.agent).toBe('implementer');
  expect(await shown(window)).toEqual(before);
});

test('the pages of a task, of the gates and of the audit log come back as they were when the window is reloaded', async () => {
  const [window] = await session.openSample(passes, small);
  const before = await setPages(window);
  await window.reload();
  await expect.poll(async () => await window.workbench.tabs.count()).toBe(3);
  await window.taskPage.standsAt('VERIFIED');
  expect(await shown(window)).toEqual(before);
  await window.picture('reloaded');
});
