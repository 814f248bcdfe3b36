import { expect, test } from 'vitest';
import { findSecret } from '../../leaks/findSecret.ts';
import { editorForFile } from '../harness/editorForFile.ts';
import type { Window } from '../harness/openWindow.ts';

const session = editorForFile();
const keys = {
  anthropic: 'sk-ant-api03-noBusQ9vXw7Lr2Zt5Yb8Nc4Mk1Hj6Gf3Ds0',
  openai: 'sk-proj-noBus8Rt4Yh2Wm6Zx1Qc9Vb3Nf7Jd5',
};

async function setKey(window: Window, provider: keyof typeof keys): Promise<void> {
  const { palette, page, notifications } = window;
  await palette.run('Loki: Set Provider Key');
  await palette.asks(/Whose key/);
  await palette.choose(provider);
  await page.locator('.quick-input-widget:visible .quick-input-box input[type="password"]').waitFor();
  await palette.type(keys[provider]);
  await palette.accept();
  await notifications.dialog.filter({ hasText: /keychain/i }).waitFor();
  expect(await notifications.dialog.innerText()).toMatch(/gnome-keyring/);
  await window.picture('no-keychain');
  await notifications.answer('Keep It in VS Code');
  await notifications.shows(new RegExp(`${provider} is kept in VS Code`));
}

/** Which keys the sidecar has, as the removal offers them. */
async function offered({ palette }: Window): Promise<readonly string[]> {
  await palette.run('Loki: Remove Provider Key');
  // Where there is none, a message comes instead of a choice.
  const isAsking = await palette.asks(/Whose key goes/, 3000).then(
    () => true,
    () => false,
  );
  if (!isAsking) return [];
  const labels = await palette.rows.evaluateAll((rows) => rows.map((row) => row.getAttribute('aria-label') ?? ''));
  await palette.leave();
  return labels.map((label) => label.replaceAll(/[\s,]+/g, ' ').trim());
}

test('without a keychain Loki says what to install and offers the secret storage of the editor', async () => {
  const [window, project] = await session.openSample();
  const { palette, notifications } = window;
  await setKey(window, 'anthropic');
  await setKey(window, 'openai');

  // The sidecar has them in memory: the providers are ready now, and so they are after it has started anew.
  const both = ['anthropic memory', 'openai memory'];
  expect(await offered(window)).toEqual(both);
  await palette.run('Loki: Restart Sidecar');
  await expect.poll(async () => await offered(window)).toEqual(both);
  const { home, profile, lokiHome } = session.editor();
  for (const key of Object.values(keys)) expect(findSecret([home, profile, project.root, lokiHome], key)).toEqual([]);

  await palette.run('Loki: Remove Provider Key');
  await palette.asks(/Remove Provider Key/);
  await palette.choose('anthropic');
  await notifications.shows(/the key for anthropic is removed/);
  await palette.run('Loki: Restart Sidecar');
  await expect.poll(async () => await offered(window)).toEqual(['openai memory']);
});
