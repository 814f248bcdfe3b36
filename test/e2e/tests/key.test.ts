import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { expect, test } from 'vitest';
import { editorForFile } from '../harness/editorForFile.ts';
import { filesSaying } from '../harness/filesSaying.ts';
import { processesSaying } from '../harness/processes.ts';

const session = editorForFile({ hasKeyring: true });
// Not a word that could be anywhere else; the front of it is what a provider's keys start with.
const key = 'sk-ant-api03-e2eQ9vXw7Lr2Zt5Yb8Nc4Mk1Hj6Gf3Ds0Pa';

test('a provider key goes through the password box into the keychain, and nowhere else', async () => {
  const [window, project] = await session.openSample();
  const { palette, page, notifications } = window;
  const { env, home, profile, lokiHome } = session.editor();
  await palette.run('Loki: Set Provider Key');
  await palette.asks(/provider/i);
  await palette.choose('anthropic');
  await page.locator('.quick-input-widget:visible .quick-input-box input[type="password"]').waitFor();
  await palette.type(key);
  await window.picture('key-box');
  await palette.accept();
  const told = await notifications.shows(/keychain/i);
  expect(await told.innerText()).not.toContain(key);

  const kept = execFileSync('secret-tool', ['lookup', 'service', 'loki', 'account', 'anthropic'], {
    env,
    encoding: 'utf8',
  });
  expect(kept).toBe(key);
  expect(await page.content()).not.toContain(key);
  expect(processesSaying(key)).toEqual([]);
  // The keyring itself is encrypted: its file lies below this home, too.
  for (const folder of [home, profile, path.dirname(lokiHome), project.root])
    expect(await filesSaying(folder, key)).toEqual([]);

  await palette.run('Loki: Remove Provider Key');
  await palette.asks(/Remove Provider Key/);
  await palette.choose('anthropic');
  await expect
    .poll(() => {
      try {
        return execFileSync('secret-tool', ['lookup', 'service', 'loki', 'account', 'anthropic'], {
          env,
          encoding: 'utf8',
        });
      } catch {
        // What is not there is an exit code to secret-tool.
        return '';
      }
    })
    .toBe('');
});
