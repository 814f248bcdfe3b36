import { expect, test } from 'vitest';
import { passes } from '../harness/configurations.ts';
import { editorForFile } from '../harness/editorForFile.ts';
import { runTask } from '../pages/runTask.ts';

const session = editorForFile({ settings: { 'loki.provider': 'demo' } });

test('Accept Result puts the change into the branch of the user', async () => {
  const [window, project] = await session.openSample(passes);
  const { palette, taskPage, notifications } = window;
  const before = project.git('rev-parse', 'HEAD');
  await runTask(window, 'Be accepted');
  await taskPage.standsAt('VERIFIED');
  expect(project.git('rev-parse', 'HEAD')).toBe(before);
  await palette.run('Loki: Accept Result');
  await expect.poll(() => project.git('ls-tree', '--name-only', 'main')).toContain('loki-demo.md');
  expect(project.git('merge-base', 'main', before.trim())).toBe(before);
  expect(project.git('status', '--porcelain')).toBe('');
  await notifications.shows(/accepted|branch/i);
  await taskPage
    .says(/Accepted/)
    .first()
    .waitFor();
});

test('Show Changes opens the change side by side', async () => {
  const [window] = await session.openSample(passes);
  const { palette, taskPage, page } = window;
  await runTask(window, 'Show a change');
  await taskPage.standsAt('VERIFIED');
  await palette.run('Loki: Show Changes');
  await page.locator('.multiDiffEntry, .monaco-diff-editor').first().waitFor();
  await expect.poll(async () => await page.locator('.editor-instance').first().innerText()).toContain('loki-demo.md');
  // Files are named as in the project, not as the copies that are compared.
  const named = await page.locator('.multiDiffEntry .file-path').allInnerTexts();
  expect(named.join(' ')).toContain('loki-demo.md');
  expect(named.join(' ')).not.toMatch(/\.loki|runs/);
  await window.picture('changes');
});

test('Discard Result throws the branch away and leaves the branch of the user alone', async () => {
  const [window, project] = await session.openSample(passes);
  const { palette, taskPage, notifications } = window;
  const before = project.git('rev-parse', 'main');
  await runTask(window, 'Be discarded');
  await taskPage.standsAt('VERIFIED');
  expect(project.git('branch', '--list', 'loki/*')).toContain('loki/task-');
  await palette.run('Loki: Discard Result');
  await notifications.answer(/Discard/);
  await expect.poll(() => project.git('branch', '--list', 'loki/*')).toBe('');
  expect(project.git('rev-parse', 'main')).toBe(before);
  await taskPage
    .says(/Discarded/)
    .first()
    .waitFor();
});
