import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { findSecret, formsIn } from '../../leaks/findSecret.ts';
import { isBelow, watchProcesses } from '../../leaks/watchProcesses.ts';
import { startAnthropicServer } from '../../wire/anthropicServer.ts';
import type { WirePart } from '../../wire/wireScript.ts';
import { passes } from '../harness/configurations.ts';
import { editorForFile } from '../harness/editorForFile.ts';
import { processesWith, sidecarOf } from '../harness/processes.ts';
import { runTask } from '../pages/runTask.ts';
import { webview } from '../pages/webview.ts';

// A whole task in VS Code with a key in the keychain, and another one in the environment that VS Code was started with.

const random = (): string => randomBytes(60).toString('base64url').replaceAll(/[-_]/g, 'x');
const kept = `sk-ant-api03-${random()}AA`;
const given = `sk-proj-${random()}`;

const says = (tool: string, input: object): WirePart['turns'][number] => ({
  kind: 'answer',
  text: `I was asked with ${kept}, and there is ${given}.`,
  calls: [{ tool, input }],
});
const finish = says('finish', { summary: `Done with ${kept}.` });
const server = await startAnthropicServer([
  {
    match: /You carry out the plan/,
    turns: [says('run_command', { command: 'npm test' }), says('write_file', { path: 'a.md', content: 'a\n' }), finish],
  },
  { match: /.*/s, turns: Array<WirePart['turns'][number]>(20).fill(finish) },
]);
afterAll(async () => await server.close());

const session = editorForFile({
  hasKeyring: true,
  settings: { 'loki.provider': 'anthropic' },
  env: { OPENAI_API_KEY: given, ANTHROPIC_BASE_URL: server.baseUrl },
});

test('a whole task in VS Code leaves no key in any file, log, page, argument or environment', async () => {
  const [window, project] = await session.openSample(passes);
  const { palette, page, notifications, taskPage, auditPage } = window;
  const { home, profile, lokiHome } = session.editor();
  await palette.run('Loki: Set Provider Key');
  await palette.asks(/Whose key/);
  await palette.choose('anthropic');
  await page.locator('.quick-input-widget:visible .quick-input-box input[type="password"]').waitFor();
  await palette.input.fill(kept);
  await palette.accept();
  await notifications.shows(/anthropic is kept in the keychain/);

  const everywhere = watchProcesses(kept);
  // The editor has the other one in its own environment, and hands it to the sidecar; nobody below that gets it.
  const sidecars = sidecarOf(home).map(({ pid }) => pid);
  expect(sidecars).not.toEqual([]);
  const below = watchProcesses(given, (pid) => sidecars.some((sidecar) => isBelow(pid, sidecar)));
  await runTask(window, `Write a note, and never show ${kept}`);
  await taskPage.standsAt('VERIFIED', 120_000);
  const pages = [await taskPage.frame.locator('html').innerHTML()];
  await palette.run('Loki: Show Audit');
  await auditPage.standsAt('Intact and complete');
  pages.push(await auditPage.frame.locator('html').innerHTML());
  await palette.run('Loki: Show Cost');
  await webview(page).getByRole('heading', { name: 'Where it went' }).waitFor();
  pages.push(await webview(page).locator('html').innerHTML(), await page.content());
  await window.reload();

  expect(server.requests.length).toBeGreaterThan(4);
  expect(server.requests.every(({ headers }) => headers['x-api-key'] === kept)).toBe(true);
  expect(below.seen).toContain('bwrap');
  expect(processesWith('HOME', home).length).toBeGreaterThan(2);
  expect(everywhere.end()).toEqual([]);
  expect(below.end()).toEqual([]);
  for (const key of [kept, given]) {
    // Below this place are the home, VS Code's user data with its logs and storages, temporary files and Loki's own.
    expect([home, profile].every((folder) => folder.startsWith(path.dirname(lokiHome)))).toBe(true);
    expect(findSecret([path.dirname(lokiHome), project.root], key)).toEqual([]);
    for (const text of [session.editor().output(), ...pages]) expect(formsIn(Buffer.from(text), key)).toEqual([]);
  }
});
