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
  const [sidecar] = sidecarOf(session.editor().home);
  if (sidecar === undefined) throw new Error('there is no sidecar');
  process.kill(sidecar.pid, 'SIGKILL');

  await notifications.shows(/the sidecar stopped .* and starts again in 1 s/);
  await expect.poll(() => [...processesSaying(name), ...processesSaying(run)]).toEqual([]);
  await expect.poll(() => sidecarOf(session.editor().home).some(({ pid }) => pid !== sidecar.pid)).toBe(true);
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

test('a sidecar that cannot stay alive is given up: Loki says why, leads to the log, and starts it again when asked', async () => {
  const [window] = await session.openSample();
  const { tree, workbench, notifications, statusBar, page } = window;
  const { home } = session.editor();
  await workbench.showLoki();
  await tree.welcome('Tasks').getByText('No task has run here yet').waitFor();
  const killed = new Set<number>();
  // The first one and five more.
  await expect
    .poll(
      () => {
        for (const { pid } of sidecarOf(home)) {
          if (!killed.has(pid)) process.kill(pid, 'SIGKILL');
          killed.add(pid);
        }
        return killed.size;
      },
      { timeout: 120_000 },
    )
    .toBe(6);
  const told = await notifications.shows(/stopped again and again/);
  expect(await told.innerText()).toMatch(/it was ended by SIGKILL.*it is not started any more/s);
  // That it starts again was said with the first death alone; VS Code may have put that message away by now.
  const messages = await notifications.messages();
  expect(messages.filter((message) => /starts again in (?!1 s)/.test(message))).toEqual([]);
  await tree.welcome('Tasks').getByText('The sidecar, which does the work, is not running').waitFor();
  await expect.poll(async () => await statusBar.text()).toBe('Loki');
  await window.picture('given-up');

  await notifications.press(/stopped again and again/, 'Show Log');
  await page
    .locator('.part.panel')
    // An editor draws its blanks as ones that do not break.
    .getByText(/ended\sby\sSIGKILL/)
    .first()
    .waitFor();
  await tree.welcome('Tasks').getByRole('button', { name: 'Restart Sidecar' }).click();
  await tree.welcome('Tasks').getByText('No task has run here yet').waitFor();
  expect(sidecarOf(home)).toHaveLength(1);
});
