import { expect, test } from 'vitest';
import { editorForFile } from '../harness/editorForFile.ts';
import { filesSaying } from '../harness/filesSaying.ts';

const session = editorForFile();
const key = 'sk-ant-api03-noBusQ9vXw7Lr2Zt5Yb8Nc4Mk1Hj6Gf3Ds0';

test('without a keychain Loki says what to install and offers the secret storage of the editor', async () => {
  const [window, project] = await session.openSample();
  const { palette, page, notifications } = window;
  await palette.run('Loki: Set Provider Key');
  await palette.asks(/provider/i);
  await palette.choose('anthropic');
  await page.locator('.quick-input-widget:visible .quick-input-box input[type="password"]').waitFor();
  await palette.type(key);
  await palette.accept();
  await notifications.dialog.filter({ hasText: /keychain/i }).waitFor();
  expect(await notifications.dialog.innerText()).toMatch(/gnome-keyring/);
  await window.picture('no-keychain');
  await notifications.answer('Keep It in VS Code');
  await notifications.shows(/anthropic is kept in VS Code/);

  // The sidecar has it in memory: the provider is ready now.
  await palette.run('Loki: Remove Provider Key');
  await palette.asks(/Remove Provider Key/);
  expect(await palette.rows.first().innerText()).toMatch(/anthropic.*memory/s);
  await palette.leave();
  const { home, profile, lokiHome } = session.editor();
  for (const folder of [home, profile, project.root]) expect(await filesSaying(folder, key)).toEqual([]);
  expect(await filesSaying(lokiHome, key).catch(() => [])).toEqual([]);
});
