import { expect, test } from 'vitest';
import { passes } from '../harness/configurations.ts';
import { editorForFile } from '../harness/editorForFile.ts';

const session = editorForFile({ settings: { 'loki.provider': 'demo' } });

test('without a folder Run Task offers to open one', async () => {
  const window = await session.open(null);
  const { palette, notifications, workbench, tree } = window;
  await workbench.showLoki();
  await tree.welcome('Tasks').getByText('A task works on the files of a folder').waitFor();
  await palette.run('Loki: Run Task');
  const offer = await notifications.shows(/works on the files of a folder, and none is open/);
  expect(await offer.getByRole('button', { name: 'Open Demo' }).count()).toBe(1);
  await window.picture('no-folder');
  await notifications.press(/none is open/, 'Open Folder');
  await palette.asks(/Open Folder/);
  await palette.leave();
});

test('with several folders Loki asks which, works in that one alone, and its pages come back for it', async () => {
  const [window, projects] = await session.openTogether(['first-shop', 'second-shop'], passes);
  const { palette, taskPage, gatesPage, auditPage, workbench, tree } = window;
  const first = projects.get('first-shop');
  const second = projects.get('second-shop');
  const chooseSecond = async (): Promise<void> => {
    await palette.asks(/Which folder/);
    expect(await palette.rows.count()).toBe(2);
    await palette.choose('second-shop');
  };
  await palette.run('Loki: Run Task');
  await chooseSecond();
  await palette.asks(/Loki: Run Task/);
  await palette.type('Work in the second folder');
  await palette.accept();
  await taskPage.standsAt('VERIFIED');
  expect(await first?.runs()).toEqual([]);
  expect(await second?.runs()).toHaveLength(1);
  await workbench.showLoki();
  expect(await tree.row('Tasks', 'Work in the second folder').innerText()).toContain('second-shop');

  await palette.run('Loki: Show Gates');
  await chooseSecond();
  await gatesPage.says('VERIFIED').first().waitFor();
  await palette.run('Loki: Show Audit');
  await chooseSecond();
  await auditPage.standsAt('Intact and complete');
  await window.picture('folders');

  await window.reload();
  await auditPage.standsAt('Intact and complete');
  await workbench.openTab('Loki Gates');
  await gatesPage.says('VERIFIED').first().waitFor();
  await workbench.openTab('Task: Work in the second folder');
  await taskPage.standsAt('VERIFIED');
});
