import { expect, test } from 'vitest';
import { editorForFile } from '../harness/editorForFile.ts';

const session = editorForFile({ asksForTrust: true });

test('where folders are not trusted by themselves, the demo says what it waits for, and starts when it is trusted', async () => {
  const window = await session.open(null);
  const { palette, taskPage, workbench, page, notifications, tree } = window;
  await workbench.showLoki();
  await palette.run('Loki: Open Demo');
  await page.waitForURL(/folder=.*loki-sample/);
  await workbench.isReady();
  await notifications.dialog.filter({ hasText: 'trust the folder of the demo' }).waitFor();
  await window.picture('demo-trust');
  await notifications.answer('Trust This Folder');
  await page
    .locator('.workspace-trust-editor')
    .getByRole('button', { name: /^Trust/ })
    .first()
    .click();
  await taskPage.standsAt('VERIFIED', 180_000);
  await tree.row('Tasks', 'The cart ignores quantities').waitFor();
  expect(await tree.row('Audit', /^Intact and complete/).count()).toBe(1);
});
