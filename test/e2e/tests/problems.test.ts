import { expect, test } from 'vitest';
import { fails } from '../harness/configurations.ts';
import { editorForFile } from '../harness/editorForFile.ts';
import { runTask } from '../pages/runTask.ts';

const session = editorForFile({ settings: { 'loki.provider': 'demo' } });

test('a failed gate shows as a problem at its line, and Fix with Loki starts a task about it', async () => {
  const [window, project] = await session.openSample(fails);
  const { taskPage, palette, problems, page, tree, workbench } = window;
  await runTask(window, 'Let the tests fail');
  await taskPage.standsAt('BLOCKED');

  // The tests that fail are on lines 14 and 19 of the sample.
  await problems.show();
  const row = problems.row(/a price counts as often as its quantity/);
  await row.first().waitFor();
  expect(await row.first().innerText()).toMatch(/1650 !== 2550.*Ln 14\b/s);
  await window.picture('problems');

  await problems.open(row);
  const tab = workbench.tabs.filter({ hasText: 'cart.test.js' });
  await tab.waitFor();
  await expect.poll(async () => await page.locator('.part.statusbar').innerText()).toMatch(/Ln 14\b/);
  await page.locator('.monaco-editor .squiggly-error, .monaco-editor .squiggly-warning').first().waitFor();
  await window.picture('finding');

  const before = (await project.runs()).length;
  const menu = page.locator('.action-widget:visible');
  const explain = menu.getByText('Explain').first();
  // While the editor still learns about a file it has just opened, it may close the menu again.
  const isOffered = async (): Promise<boolean> => {
    if (!(await explain.isVisible())) await page.keyboard.press('Control+.');
    return await explain.isVisible();
  };
  await expect.poll(isOffered, { interval: 1000 }).toBe(true);
  await window.picture('code-actions');
  await menu.getByText('Fix with Loki').first().click();
  // The person sees the words of the task first.
  await palette.asks(/Fix with Loki/);
  await palette.accept();
  await expect.poll(async () => (await project.runs()).length).toBe(before + 1);
  await workbench.showLoki();
  await tree
    .row('Tasks', /quantity/)
    .first()
    .waitFor();
});
