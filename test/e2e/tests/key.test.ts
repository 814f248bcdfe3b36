import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { expect, test } from 'vitest';
import { findSecret, formsIn } from '../../leaks/findSecret.ts';
import { watchProcesses } from '../../leaks/watchProcesses.ts';
import { editorForFile } from '../harness/editorForFile.ts';
import type { Window } from '../harness/openWindow.ts';

// A gateway of one's own is a provider like the others.
const gateway = { '.loki/config.yaml': 'models: { providers: { my-gateway: { base_url: http://127.0.0.1:9/v1 } } }\n' };

const session = editorForFile({ hasKeyring: true });
// Not words that could be anywhere else; the front of the first is what a provider's keys start with.
const key = 'sk-ant-api03-e2eQ9vXw7Lr2Zt5Yb8Nc4Mk1Hj6Gf3Ds0Pa';
const other = 'gw-e2eKey7Ht3Rw9Zq5Xn1Vb6Mc2Ld8Sj4';

/** What the keychain says, asked by a program that is not ours. */
function kept(provider: string): string {
  const { env } = session.editor();
  try {
    return execFileSync('secret-tool', ['lookup', 'service', 'loki', 'account', provider], { env, encoding: 'utf8' });
  } catch {
    // What is not there is an exit code to secret-tool.
    return '';
  }
}

async function setKey({ palette, page, notifications }: Window, provider: string, secret: string): Promise<void> {
  await palette.run('Loki: Set Provider Key');
  await palette.asks(/provider|Whose key/i);
  await palette.choose(provider);
  await page.locator('.quick-input-widget:visible .quick-input-box input[type="password"]').waitFor();
  await palette.type(secret);
  await palette.accept();
  const told = await notifications.shows(new RegExp(`${provider} is kept in the keychain`));
  expect(await told.innerText()).not.toContain(secret);
}

test('each provider has a key of its own, which goes through the password box into the keychain and nowhere else', async () => {
  const [window, project] = await session.openSample(gateway);
  const { palette, page } = window;
  const { home, profile, lokiHome } = session.editor();
  const watches = [key, other].map((secret) => watchProcesses(secret));
  await palette.run('Loki: Set Provider Key');
  await palette.asks(/Whose key/);
  await palette.rows.filter({ hasText: 'my-gateway' }).first().waitFor();
  await window.picture('key-whose');
  await palette.leave();

  await setKey(window, 'anthropic', key);
  await setKey(window, 'my-gateway', other);
  expect(kept('anthropic')).toBe(key);
  expect(kept('my-gateway')).toBe(other);
  for (const [index, secret] of [key, other].entries()) {
    expect(formsIn(Buffer.from(await page.content()), secret)).toEqual([]);
    expect(formsIn(Buffer.from(session.editor().output()), secret)).toEqual([]);
    expect(watches[index]?.end()).toEqual([]);
    // The keyring itself is encrypted: its file lies below this home, too.
    expect(findSecret([home, profile, path.dirname(lokiHome), project.root], secret)).toEqual([]);
  }

  // A key that is there shows where it is, and is replaced by the next one.
  await palette.run('Loki: Set Provider Key');
  await palette.asks(/Whose key/);
  await palette.rows.filter({ hasText: /anthropic.*has a key \(keychain\)/s }).waitFor();
  await palette.leave();
  await setKey(window, 'anthropic', `${key}2`);
  expect(kept('anthropic')).toBe(`${key}2`);

  await palette.run('Loki: Remove Provider Key');
  await palette.asks(/Remove Provider Key/);
  await palette.choose('anthropic');
  await expect.poll(() => kept('anthropic')).toBe('');
  expect(kept('my-gateway')).toBe(other);
  await palette.run('Loki: Remove Provider Key');
  await palette.asks(/Remove Provider Key/);
  await palette.rows.filter({ hasText: 'my-gateway' }).waitFor();
  expect(await palette.rows.count()).toBe(1);
  await palette.leave();
});
