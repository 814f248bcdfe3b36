import { expect, test } from 'vitest';
import { seriousFindings } from '../harness/axe.ts';
import { asks, fails } from '../harness/configurations.ts';
import { editorForFile } from '../harness/editorForFile.ts';
import type { Window } from '../harness/openWindow.ts';
import { runTask } from '../pages/runTask.ts';

const session = editorForFile({ settings: { 'loki.provider': 'demo' } });

const themes = {
  light: 'Light Modern',
  dark: 'Dark Modern',
  'high-contrast-dark': 'Dark High Contrast',
  'high-contrast-light': 'Light High Contrast',
};
const sizes = { wide: { width: 1440, height: 900 }, narrow: { width: 620, height: 900 } };

/** Looks at what is shown in every theme and both widths: axe in each theme, and a picture of each. */
async function lookAt(window: Window, name: string): Promise<void> {
  const found: string[] = [];
  for (const [theme, title] of Object.entries(themes)) {
    await window.workbench.useTheme(title);
    for (const [width, size] of Object.entries(sizes)) {
      await window.page.setViewportSize(size);
      await window.picture(`${name}-${theme}-${width}`);
      found.push(...(await seriousFindings(window.page)).map((line) => `${theme} ${width}: ${line}`));
    }
  }
  expect(found).toEqual([]);
}

test('the pages of a task, of the gates and of the audit log read well in every theme and width', async () => {
  const [window] = await session.openSample(fails);
  const { taskPage, palette, gatesPage, auditPage, workbench, tree } = window;
  await runTask(window, 'Make the totals follow docs/pricing.md');
  await taskPage.standsAt('BLOCKED');
  await workbench.showLoki();
  await tree.row('Tasks', 'Make the totals').waitFor();
  await lookAt(window, 'task');
  await palette.run('Loki: Show Gates');
  await gatesPage.says('tests').first().waitFor();
  await lookAt(window, 'gates');
  await palette.run('Loki: Show Audit');
  await auditPage
    .button(/^Verify/)
    .first()
    .waitFor();
  await lookAt(window, 'audit');
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
