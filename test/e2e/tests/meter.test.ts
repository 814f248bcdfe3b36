import { expect, test } from 'vitest';
import { passes, warnsEarly } from '../harness/configurations.ts';
import { editorForFile } from '../harness/editorForFile.ts';
import { runTask } from '../pages/runTask.ts';

const session = editorForFile({ settings: { 'loki.provider': 'demo' } });

test('the meter warns from the threshold on', async () => {
  const [window] = await session.openSample(warnsEarly);
  const { statusBar, taskPage } = window;
  await expect.poll(async () => await statusBar.text()).toBe('$0.00');
  expect(await statusBar.isWarning()).toBe(false);
  await runTask(window, 'Cost something');
  await taskPage.standsAt('Waiting for you');
  await taskPage.button(/^Approve once/).click();
  await taskPage.standsAt('BLOCKED');
  await expect.poll(async () => await statusBar.spent()).toBeGreaterThanOrEqual(0.02);
  await expect.poll(async () => await statusBar.isWarning()).toBe(true);
  expect(await statusBar.meter.locator('[aria-label]').first().getAttribute('aria-label')).toMatch(/near the limit/);
  await window.picture('meter-warning');
});

test('the meter does not warn below the threshold', async () => {
  const [window] = await session.openSample(passes);
  const { statusBar, taskPage } = window;
  await runTask(window, 'Cost little');
  await taskPage.standsAt('VERIFIED');
  await expect.poll(async () => await statusBar.spent()).toBeGreaterThanOrEqual(0.02);
  expect(await statusBar.text()).toMatch(/ \/ \$1\.00 simulated$/);
  expect(await statusBar.isWarning()).toBe(false);
});
