import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { endless } from '../harness/configurations.ts';
import { editorForFile } from '../harness/editorForFile.ts';
import { processesSaying, sidecarOf } from '../harness/processes.ts';
import { runTask } from '../pages/runTask.ts';

const session = editorForFile({ settings: { 'loki.provider': 'demo' } });

test('Cancel Task in the middle of a command leaves no process behind', async () => {
  const name = `endless-${randomUUID()}`;
  const [window, project] = await session.openSample(endless(name));
  const { palette, taskPage } = window;
  await runTask(window, 'Never end');
  await expect.poll(() => processesSaying(name).length).toBeGreaterThan(0);
  await taskPage.standsAt('Working');
  await palette.run('Loki: Cancel Task');
  await expect.poll(() => processesSaying(name)).toEqual([]);
  await taskPage.standsAt('Cancelled');
  expect(project.git('status', '--porcelain')).toBe('');
  await window.picture('cancelled');
});

test('a sidecar that is killed takes its commands along, comes back, and shows the run as interrupted', async () => {
  const name = `endless-${randomUUID()}`;
  const [window] = await session.openSample(endless(name));
  const { taskPage, tree, workbench } = window;
  await runTask(window, 'Be interrupted');
  await expect.poll(() => processesSaying(name).length).toBeGreaterThan(0);
  const [sidecar] = sidecarOf(session.editor().home);
  if (sidecar === undefined) throw new Error('there is no sidecar');
  process.kill(sidecar.pid, 'SIGKILL');

  await expect.poll(() => processesSaying(name)).toEqual([]);
  await expect.poll(() => sidecarOf(session.editor().home).some(({ pid }) => pid !== sidecar.pid)).toBe(true);
  await taskPage.standsAt('Interrupted');
  await workbench.showLoki();
  await expect.poll(async () => await tree.row('Tasks', 'Be interrupted').innerText()).toMatch(/interrupted/);
  // Nothing turns any more, neither on the page nor in the side bar.
  await taskPage.says('stopped here').first().waitFor();
  expect(await taskPage.frame.locator('.icon-running').count()).toBe(0);
  await expect.poll(async () => await tree.view('Tasks').locator('.codicon-modifier-spin').count()).toBe(0);
  await window.picture('interrupted');
});
