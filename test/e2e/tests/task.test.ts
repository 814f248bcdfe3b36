import { expect, test } from 'vitest';
import { asks } from '../harness/configurations.ts';
import { editorForFile } from '../harness/editorForFile.ts';
import { runTask } from '../pages/runTask.ts';
import type { TaskPage } from '../pages/taskPage.ts';

const session = editorForFile();

/** How many actions the page says that there were. */
const actionsOn = async (page: TaskPage): Promise<number> =>
  Number.parseInt(
    await page
      .says(/^\d+ actions?\b/)
      .first()
      .innerText(),
    10,
  );

test('by keyboard alone a task is run, its approval is answered, its page is followed live to the verdict', async () => {
  const [window, project] = await session.openSample(asks);
  const { palette, taskPage, statusBar, notifications, workbench, tree } = window;
  await expect.poll(async () => await statusBar.text()).toBe('$0.00');
  await runTask(window, 'Show me my rules at work');
  // No provider has a key here, and none is configured: Loki asks.
  await palette.asks(/Which model provider/);
  await palette.choose('demo');

  await taskPage.standsAt('Waiting for you');
  await expect.poll(async () => await workbench.badge()).toBe('1');
  const prompt = await notifications.shows('npm test');
  expect(await prompt.innerText()).toMatch(/allowed_commands/);
  // The page is live: what was done so far is there, long before the end.
  await taskPage
    .says(/^Cycle 1/)
    .first()
    .waitFor();
  expect(await taskPage.says(/write loki-demo\.md/).count()).toBeGreaterThan(0);
  expect(await taskPage.frame.getByRole('heading', { name: /VERIFIED|CONCERNS|BLOCKED/ }).count()).toBe(0);
  // So is the money: it moved with the first answers of the model.
  await expect.poll(async () => await statusBar.text()).toMatch(/^\$0\.\d\d \/ \$1\.00 simulated$/);
  const spentBefore = await statusBar.spent();
  expect(spentBefore).toBeGreaterThan(0);
  const deedsBefore = await actionsOn(taskPage);
  await window.picture('approval');

  await palette.run('Loki: Answer Approval');
  await palette.asks(/Answer Approval/);
  await palette.choose('Approve once');
  await expect.poll(async () => await workbench.badge()).toBeNull();
  await expect.poll(async () => await notifications.messages()).not.toContainEqual(expect.stringContaining('npm test'));

  // The sample's own tests fail, which the verdict says; what was refused on the way is said as well.
  await taskPage.standsAt('BLOCKED');
  await taskPage.says('Refused by policy').first().waitFor();
  await taskPage.says('write .loki/config.yaml').first().click();
  await taskPage
    .says(/is what governs agents/)
    .first()
    .waitFor();
  expect(await actionsOn(taskPage)).toBeGreaterThan(deedsBefore);

  await expect.poll(async () => await statusBar.text()).toMatch(/^\$0\.\d\d \/ \$1\.00 simulated$/);
  await expect.poll(async () => await statusBar.spent()).toBeGreaterThan(spentBefore);
  const tooltip = await statusBar.hover();
  for (const words of ['Task', 'Today', 'This month', 'bubblewrap'])
    await expect.poll(async () => await tooltip.innerText()).toContain(words);
  await workbench.showLoki();
  await tree.row('Tasks', 'Show me my rules at work').waitFor();
  expect(await project.runs()).toHaveLength(1);
  expect(project.git('status', '--porcelain')).toBe('');
  await window.picture('task');
});

test('the prompt approves an action by its button', async () => {
  const [window] = await session.openSample(asks);
  const { palette, taskPage, notifications } = window;
  await runTask(window, 'Be approved at the prompt');
  await palette.asks(/Which model provider/);
  await palette.choose('demo');
  await taskPage.standsAt('Waiting for you');
  await notifications.press('npm test', 'Approve Once');
  await taskPage.standsAt('BLOCKED');
  expect(await taskPage.says('Denied by a person').count()).toBe(0);
});

test('Escape on the approval approves nothing, and a denial reaches the agent', async () => {
  const [window] = await session.openSample(asks);
  const { palette, taskPage, notifications } = window;
  await runTask(window, 'Deny me');
  await palette.asks(/Which model provider/);
  await palette.choose('demo');
  await taskPage.standsAt('Waiting for you');
  await notifications.shows('npm test');
  await window.page.keyboard.press('Escape');
  await taskPage.standsAt('Waiting for you');
  await taskPage.button(/^Deny/).first().click();
  await taskPage.says('Denied by a person').first().waitFor();
  await taskPage.standsAt('BLOCKED');
});
