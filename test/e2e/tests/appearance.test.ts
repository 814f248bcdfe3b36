import { test, vi } from 'vitest';
import { asks, fails, passes } from '../harness/configurations.ts';
import { editorForFile } from '../harness/editorForFile.ts';
import { lookAt, sizes, themes } from '../harness/lookAt.ts';
import type { Window } from '../harness/openWindow.ts';
import { runTask } from '../pages/runTask.ts';

// Many pictures, each painted without a graphics processor.
vi.setConfig({ testTimeout: 900_000 });

const session = editorForFile({ settings: { 'loki.provider': 'demo' } });

const log = '.loki/audit/audit.jsonl';

/** Keeps a picture of the views in every theme, in a side bar that is as wide as it comes and one as narrow as it goes. */
async function pictureViews(window: Window, name: string): Promise<void> {
  for (const [theme, title] of Object.entries(themes)) {
    await window.workbench.useTheme(title);
    await window.picture(`${name}-${theme}-wide`);
  }
  await window.workbench.narrowSideBar();
  for (const [theme, title] of Object.entries(themes)) {
    await window.workbench.useTheme(title);
    await window.picture(`${name}-${theme}-narrow`);
  }
}

test('the pages of a task, of the gates and of the audit log read well in every theme and width', async () => {
  const [window] = await session.openSample(fails);
  const { taskPage, palette, gatesPage, auditPage, workbench, tree, page } = window;
  await runTask(window, 'Make the totals follow docs/pricing.md');
  await taskPage.standsAt('BLOCKED');
  await workbench.showLoki();
  await tree.row('Tasks', 'Make the totals').waitFor();
  await lookAt(window, 'task');
  await palette.run('Loki: Show Gates');
  await gatesPage.says('tests').first().waitFor();
  await lookAt(window, 'gates');
  await palette.run('Loki: Show Audit');
  await auditPage.standsAt('Intact and complete');
  await lookAt(window, 'audit');

  await page.setViewportSize(sizes.wide);
  for (const row of [/^Make the totals/, /^Cycle 1 · Act/, /^implementer/]) await tree.expand('Tasks', row);
  await tree
    .row('Tasks', /write loki-demo\.md/)
    .first()
    .waitFor();
  await pictureViews(window, 'views');
});

test('the page of a broken audit log reads well in every theme and width', async () => {
  const [window, project] = await session.openSample(passes);
  const { taskPage, palette, auditPage, workbench } = window;
  await runTask(window, 'Make the totals follow docs/pricing.md');
  await taskPage.standsAt('VERIFIED');
  const lines = (await project.read(log)).split('\n');
  await project.write(log, lines.with(5, (lines[5] ?? '').replace('"who":"', '"who":"x')).join('\n'));
  await workbench.showLoki();
  await palette.run('Loki: Show Audit');
  await auditPage.standsAt('Altered at entry 5');
  await auditPage.button('Show the break').click();
  await auditPage.frame.getByRole('heading', { name: 'Entry 5', exact: true }).waitFor();
  await lookAt(window, 'audit-broken');
});

test('the views of a folder without a task are pictured in every theme', async () => {
  const [window] = await session.openSample();
  const { workbench, tree } = window;
  await workbench.showLoki();
  await tree.welcome('Tasks').getByText('No task has run here yet').waitFor();
  await pictureViews(window, 'views-empty');
});

test('an open approval reads well in every theme and width', async () => {
  const [window] = await session.openSample(asks);
  await runTask(window, 'Make the totals follow docs/pricing.md');
  await window.taskPage.standsAt('Waiting for you');
  await window.workbench.showLoki();
  await lookAt(window, 'approval');
  await window.palette.run('Loki: Stop Everything');
  await window.taskPage.standsAt('Cancelled');
});
