import { expect, test } from 'vitest';
import { editorForFile } from '../harness/editorForFile.ts';
import { sidecarOf } from '../harness/processes.ts';

// An editor with this one window: the sidecar of a window that was closed lives a moment longer.
const session = editorForFile();

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
