import { expect, test } from 'vitest';
import { asks } from '../harness/configurations.ts';
import { editorForFile } from '../harness/editorForFile.ts';
import { lokiLog } from '../harness/lokiLog.ts';
import { sayAsPage } from '../pages/sayAsPage.ts';
import { runTask } from '../pages/runTask.ts';

const session = editorForFile({ settings: { 'loki.provider': 'demo' } });

test('a message of a page that does not fit its schema is dropped and logged, and what it carries is not', async () => {
  const [window, project] = await session.openSample(asks);
  const { page, taskPage, palette } = window;
  await runTask(window, 'Hear nonsense');
  await taskPage.standsAt('Waiting for you');

  await sayAsPage(page, { type: 'run', deed: 'rm -rf /', note: 'a-word-from-the-page' });
  await expect
    .poll(async () => await lokiLog(session.editor()))
    .toMatch(/Dropped a message of the task page that does not fit/);
  // It fits, but nobody asked this: a page cannot approve what is not open.
  await sayAsPage(page, { type: 'answer', approvalId: 'ask-nobody', outcome: 'approved', scope: 'once', why: null });
  await expect
    .poll(async () => await lokiLog(session.editor()))
    .toMatch(/answered a request that is not open; the answer was dropped/);
  const log = await lokiLog(session.editor());
  expect(log).not.toContain('a-word-from-the-page');
  expect(log).not.toContain('rm -rf');
  await taskPage.standsAt('Waiting for you');
  expect(await taskPage.button(/^Approve once/).count()).toBe(1);
  expect(project.git('status', '--porcelain')).toBe('');

  // The page is still heard when it says what it may say.
  await sayAsPage(page, { type: 'run', deed: 'cancel' });
  await taskPage.standsAt('Cancelled');
  await palette.leave();
});
