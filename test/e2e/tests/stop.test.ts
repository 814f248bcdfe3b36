import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { endless } from '../harness/configurations.ts';
import { editorForFile } from '../harness/editorForFile.ts';
import { ancestorsOf, processesSaying, sidecarOf } from '../harness/processes.ts';
import { runTask } from '../pages/runTask.ts';

const session = editorForFile({ settings: { 'loki.provider': 'demo' } });

test('Cancel Task in the middle of a command leaves no process behind', async () => {
  const name = `endless-${randomUUID()}`;
  const [window, project] = await session.openSample(endless(name));
  const { palette, taskPage } = window;
  await runTask(window, 'Never end');
  await expect.poll(() => processesSaying(name).length).toBeGreaterThan(0);
  await taskPage.standsAt('Working');
  const [run = 'no run'] = await project.runs();
  // The sandbox, which says the folder of the run, and all that runs within.
  expect(processesSaying(run)).not.toEqual([]);
  await palette.run('Loki: Cancel Task');
  await expect.poll(() => [...processesSaying(name), ...processesSaying(run)]).toEqual([]);
  await taskPage.standsAt('Cancelled');
  expect(project.git('status', '--porcelain')).toBe('');
  await window.picture('cancelled');
});

test('a sidecar that is killed takes its commands along, comes back, and shows the run as interrupted', async () => {
  const name = `endless-${randomUUID()}`;
  const [window, project] = await session.openSample(endless(name));
  const { taskPage, tree, workbench, palette, notifications } = window;
  await runTask(window, 'Be interrupted');
  await expect.poll(() => processesSaying(name).length).toBeGreaterThan(0);
  const [run = 'no run'] = await project.runs();
  // Not that of another window, which lives a moment longer than it.
  const { home } = session.editor();
  const before = sidecarOf(home).map(({ pid }) => pid);
  const working = processesSaying(name).flatMap(({ pid }) => ancestorsOf(pid));
  const sidecar = before.find((pid) => working.includes(pid));
  if (sidecar === undefined) throw new Error('no sidecar runs the command');
  process.kill(sidecar, 'SIGKILL');

  await notifications.shows(/the sidecar stopped .* and starts again in 1 s/);
  await expect.poll(() => [...processesSaying(name), ...processesSaying(run)]).toEqual([]);
  await expect.poll(() => sidecarOf(home).some(({ pid }) => !before.includes(pid))).toBe(true);
  await taskPage.standsAt('Interrupted');
  await workbench.showLoki();
  await expect.poll(async () => await tree.row('Tasks', 'Be interrupted').innerText()).toMatch(/interrupted/);
  // Nothing turns any more, neither on the page nor in the side bar.
  await taskPage.says('stopped here').first().waitFor();
  expect(await taskPage.frame.locator('.icon-running').count()).toBe(0);
  await expect.poll(async () => await tree.view('Tasks').locator('.codicon-modifier-spin').count()).toBe(0);
  await window.picture('interrupted');

  // The same run goes on where it was.
  await palette.run('Loki: Resume Task');
  await taskPage.standsAt('Working');
  await expect.poll(() => processesSaying(name).length).toBeGreaterThan(0);
  expect(await project.runs()).toEqual([run]);
  await palette.run('Loki: Cancel Task');
  await taskPage.standsAt('Cancelled');
  await expect.poll(() => [...processesSaying(name), ...processesSaying(run)]).toEqual([]);
});
