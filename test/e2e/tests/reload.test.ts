import { expect, test } from 'vitest';
import { passes } from '../harness/configurations.ts';
import { editorForFile } from '../harness/editorForFile.ts';
import type { Window } from '../harness/openWindow.ts';
import { runTask } from '../pages/runTask.ts';

const session = editorForFile({ settings: { 'loki.provider': 'demo' } });

// A window in which each page is longer than what is seen of it.
const small = { width: 1280, height: 480 };
const task = 'Task: Come back';

/** Sets on the pages of a task and of the audit log what a person sets, opens the gates too, and answers with what shows. */
async function setPages(window: Window): Promise<unknown> {
  const { palette, taskPage, gatesPage, auditPage, workbench } = window;
  await runTask(window, 'Come back');
  await taskPage.standsAt('VERIFIED');
  await palette.run('Loki: Show Gates');
  await gatesPage.says('VERIFIED').first().waitFor();
  await palette.run('Loki: Show Audit');
  await auditPage.standsAt('Valid');
  await auditPage.frame.getByRole('textbox', { name: 'Agent' }).fill('implementer');
  await auditPage.says(/entries match/).waitFor();
  await auditPage.entries.nth(3).click();
  await auditPage.frame.getByRole('heading', { name: /^Entry \d+$/ }).waitFor();

  await workbench.openTab(task);
  await taskPage.standsAt('VERIFIED');
  await taskPage.frame.getByRole('button', { name: 'Actions', exact: true }).click();
  await taskPage.frame.locator('details.phase:not([open]) summary').first().click();
  await taskPage.scrollTo(140);
  return await shown(window);
}

/** What a person sees of the pages; leaves the page of the task in front. */
async function shown({ taskPage, auditPage, gatesPage, workbench }: Window): Promise<unknown> {
  await workbench.openTab('Loki Gates');
  await gatesPage.says('VERIFIED').first().waitFor();
  const gates = await gatesPage.frame.locator('main').innerText();

  await workbench.openTab('Loki Audit');
  await auditPage.standsAt('Valid');
  await auditPage.frame.getByRole('heading', { name: /^Entry \d+$/ }).waitFor();
  const audit = {
    agent: await auditPage.frame.getByRole('textbox', { name: 'Agent' }).inputValue(),
    entry: await auditPage.frame.getByRole('heading', { name: /^Entry \d+$/ }).innerText(),
    count: await auditPage.says(/entries match/).innerText(),
  };

  await workbench.openTab(task);
  await taskPage.standsAt('VERIFIED');
  const pressed = taskPage.frame.locator('button.choice[aria-pressed="true"]');
  await expect.poll(async () => await pressed.innerText()).toBe('Actions');
  await expect.poll(async () => await taskPage.scrollTop()).toBe(140);
  return {
    gates,
    audit,
    open: await taskPage.frame
      .locator('details.phase')
      .evaluateAll((phases) => phases.map((phase) => `${phase.dataset['phase']} ${phase.hasAttribute('open')}`)),
  };
}

test('a page that was hidden comes back as it was', async () => {
  const [window] = await session.openSample(passes, small);
  const before = await setPages(window);
  expect(before).toMatchObject({ audit: { agent: 'implementer' } });
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
