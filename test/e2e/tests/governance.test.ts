import { expect, test } from 'vitest';
import { passes } from '../harness/configurations.ts';
import { editorForFile } from '../harness/editorForFile.ts';
import { webview } from '../pages/webview.ts';

const session = editorForFile({ settings: { 'loki.provider': 'demo' } });

test('what hostile agents would get through, what was spent, and which models are there, is one command away', async () => {
  const [window] = await session.openSample(passes);
  const { page, palette } = window;
  const inside = webview(page);

  await palette.run('Loki: Rehearse Policy');
  await inside.getByText('What hostile agents would get through').waitFor();
  expect(await inside.getByText(/^Nothing\.|of \d+ things that hostile agents try would get through/).count()).toBe(1);
  await window.picture('rehearsal');

  await palette.run('Loki: Show Cost');
  await inside.getByRole('heading', { name: 'Nothing has been spent here yet' }).waitFor();
  await window.picture('cost-empty');

  await palette.run('Loki: Choose Model');
  await palette.asks(/Which model do agents use in this folder/);
  // It is the last of a list that is longer than the palette shows.
  await palette.type('demo');
  await palette.rows.filter({ hasText: 'demo' }).first().waitFor();
  await window.picture('models');
  await palette.leave();
});
