import { expect, test, vi } from 'vitest';
import { seriousFindingsIn } from '../harness/axe.ts';
import { editorForFile } from '../harness/editorForFile.ts';
import { passes } from '../harness/configurations.ts';
import { lookAt, sizes, themes } from '../harness/lookAt.ts';
import { runTask } from '../pages/runTask.ts';
import { webview } from '../pages/webview.ts';

// Many pictures, each painted without a graphics processor.
vi.setConfig({ testTimeout: 900_000 });

const session = editorForFile({ settings: { 'loki.provider': 'demo' } });

const limits = (perTask: string): Readonly<Record<string, string>> => ({
  ...passes,
  '.loki/config.yaml': `scope:
  denied_paths: [infrastructure/, secrets/]
  allowed_commands: [npm test]
cost:
  max_per_task: ${perTask}
  max_per_day: 0.50
  max_per_month: 20.00
`,
});

test('at its limit a task pauses and says so; raised, it goes on where it stopped, up to the new limit', async () => {
  const [window] = await session.openSample(limits('0.045'));
  const { taskPage, notifications, palette, statusBar } = window;
  await runTask(window, 'Cost more than it may');
  await taskPage.standsAt('Paused');
  await notifications.shows(/The task pauses and keeps its state/);
  await window.picture('limit-reached');
  expect(await statusBar.spent()).toBeLessThanOrEqual(0.045);
  // The page does not invite to stop again at once.
  const raise = taskPage.button('Raise the limit…');
  await raise.waitFor();
  expect(await raise.getAttribute('secondary')).toBeNull();
  expect(await taskPage.button('Resume').getAttribute('secondary')).not.toBeNull();

  await notifications.press(/The task pauses/, /Raise/);
  await palette.asks(/The new limit for the latest task, in US dollars/);
  await palette.type('0.02');
  await palette.widget
    .getByText(/An amount above 0.045/)
    .first()
    .waitFor();
  await palette.input.fill('0.60');
  await window.picture('limit-raise');
  await palette.accept();
  await notifications.shows(/the limit for the latest task is \$0\.60 now/);
  await window.picture('limit-raised');
  await notifications.press(/is \$0\.60 now/, 'Resume Task');
  await taskPage.standsAt('VERIFIED', 120_000);
  await expect.poll(async () => await statusBar.text()).toMatch(/ \/ \$0\.60 simulated$/);
  expect(await statusBar.isWarning()).toBe(false);
  await window.picture('limit-after');
});

test('the cost page reads well in every theme and width, and is used by keyboard', async () => {
  const [window] = await session.openSample(limits('0.60'));
  const { taskPage, palette, page, notifications } = window;
  await runTask(window, 'Make the totals follow docs/pricing.md');
  await taskPage.standsAt('VERIFIED');
  await palette.run('Loki: Show Cost');
  const inside = webview(page);
  await inside.getByRole('heading', { name: 'Where it went' }).waitFor();
  await notifications.clear();

  await inside.getByRole('tab', { name: 'task' }).focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await inside.getByRole('tab', { name: 'agent', selected: true }).waitFor();
  await inside.getByRole('row', { name: /implementer/ }).waitFor();
  await lookAt(window, 'cost');
  await page.setViewportSize(sizes.wide);
  await inside.getByRole('button', { name: 'Raise the limit: Today' }).focus();
  await page.keyboard.press('Enter');
  await palette.asks(/The new limit for today, in US dollars/);
  await palette.leave();
});

test('the hover of the meter says it all, and its links lead on', async () => {
  const [window] = await session.openSample(limits('0.60'));
  const { taskPage, statusBar, page, workbench, notifications } = window;
  await runTask(window, 'Make the totals follow docs/pricing.md');
  await taskPage.standsAt('VERIFIED');
  await notifications.clear();
  for (const [theme, title] of Object.entries(themes)) {
    await workbench.useTheme(title);
    await page.mouse.move(600, 300);
    const tooltip = await statusBar.hover();
    await tooltip.getByRole('link', { name: 'Cost' }).waitFor();
    await window.picture(`meter-hover-${theme}`);
    if (theme === 'light') {
      const text = await tooltip.innerText();
      for (const said of ['Task', 'Today', 'This month', 'Most expensive: ', 'Warns at 80 %'])
        expect(text).toContain(said);
    }
    expect(await seriousFindingsIn(page, '.monaco-hover, .workbench-hover')).toEqual([]);
  }
  await (await statusBar.hover()).getByRole('link', { name: 'Cost' }).click();
  await webview(page).getByRole('heading', { name: 'Where it went' }).waitFor();
});
