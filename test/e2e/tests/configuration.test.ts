import { expect, test } from 'vitest';
import { editorForFile } from '../harness/editorForFile.ts';

const session = editorForFile({ settings: { 'loki.provider': 'demo' } });
const broken = `scope:
  denied_paths: [secrets/]
  alowed_commands: [npm test]
`;

test('a broken configuration is a problem at line and column, and one message when a task is started', async () => {
  const [window, project] = await session.openSample({ '.loki/config.yaml': broken });
  const { palette, problems, notifications, workbench, tree } = window;
  await workbench.showLoki();
  await tree.welcome('Tasks').getByText('The configuration has a mistake').waitFor();
  await problems.show();
  const row = problems.row('alowed_commands');
  await row.first().waitFor();
  expect(await row.first().innerText()).toMatch(/Ln 3, Col 3/);

  await palette.run('Loki: Run Task');
  await notifications.shows(/alowed_commands/);
  const told = await notifications.messages();
  expect(told.filter((message) => message.includes('alowed_commands'))).toHaveLength(1);
  await window.picture('configuration');
  expect(await project.runs()).toEqual([]);

  await notifications.press(/alowed_commands/, 'Open Configuration');
  await workbench.tabs.filter({ hasText: 'config.yaml' }).waitFor();
  await expect.poll(async () => await window.page.locator('.part.statusbar').innerText()).toMatch(/Ln 3, Col 3/);

  // Mended on disk, as by a person in another editor: the problem leaves, and a task can start.
  await project.write('.loki/config.yaml', broken.replace('alowed', 'allowed'));
  await expect.poll(async () => await row.count()).toBe(0);
});
