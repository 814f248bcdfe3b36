import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundleModelExtension } from '../harness/bundleModelExtension.ts';
import { passes } from '../harness/configurations.ts';
import { editorForFile } from '../harness/editorForFile.ts';
import type { Window } from '../harness/openWindow.ts';
import type { SampleProject } from '../harness/sampleProject.ts';
import type { ModelRequestNoted } from '../modelExtension/extension.ts';
import { runTask } from '../pages/runTask.ts';
import { webview } from '../pages/webview.ts';

// A server of models as people run it on their own machine: it says which models it has.
const local = createServer((request, response) => {
  const isAsked = request.url === '/v1/models';
  response.writeHead(isAsked ? 200 : 404, { 'content-type': 'application/json' });
  response.end(isAsked ? '{"object":"list","data":[{"id":"llama-e2e"}]}' : '{}');
});
await new Promise<void>((resolve) => local.listen(0, '127.0.0.1', resolve));
afterAll(() => local.close());

const session = editorForFile({
  vscodeOptions: ['enable-smoke-test-driver'],
  env: {
    ANTHROPIC_API_KEY: 'sk-ant-api03-e2eChoose',
    OLLAMA_HOST: `127.0.0.1:${(local.address() as AddressInfo).port}`,
  },
});
let extension = '';
beforeAll(async () => {
  extension = await bundleModelExtension();
  const { lokiHome } = session.editor();
  await mkdir(lokiHome, { recursive: true });
  const prices = '  prices: { e2e/scripted: { input: 1, output: 2 } }\n';
  await writeFile(path.join(lokiHome, 'config.yaml'), `models:\n${prices}`);
});

const openSample = async (): Promise<[Window, SampleProject]> => await session.openSample(passes, { extension });

/** VS Code shows no messages while its driver is on; the choice is a setting of the folder. */
async function choose({ palette }: Window, project: SampleProject, model: string): Promise<void> {
  await palette.run('Loki: Choose Model');
  await palette.asks(/Which model do agents use in this folder/);
  await palette.type(model);
  await palette.choose(model);
  await expect
    .poll(async () => await project.read('.vscode/settings.json').catch(() => ''))
    .toMatch(new RegExp(`"loki.provider": "vscode".*"loki.model": "${model}"`, 's'));
}

/** The choice has changed a file of the folder, so that the start asks about it. */
async function start(window: Window, task: string): Promise<void> {
  await runTask(window, task);
  await window.palette.choose('Start from the latest commit');
  await window.notifications.dialog.filter({ hasText: /Loki.*Models of the Tests/s }).waitFor();
}

async function requests(): Promise<readonly ModelRequestNoted[]> {
  const file = path.join(session.editor().home, 'model-requests.jsonl');
  const text = await readFile(file, 'utf8').catch(() => '');
  const lines = text.split('\n').filter((line) => line !== '');
  // Written by the extension of these tests.
  return lines.map((line) => JSON.parse(line) as ModelRequestNoted);
}

test('what can be chosen is what is there: keys, servers of this machine, models of the editor', async () => {
  const [window] = await openSample();
  const { palette } = window;
  await palette.run('Loki: Choose Model');
  await palette.asks(/Which model do agents use in this folder/);
  await palette.rows.filter({ hasText: 'anthropic' }).first().waitFor();
  await window.picture('choose-model');
  const offered = async (text: string): Promise<string> => {
    await palette.input.fill(text);
    const rows = palette.rows.filter({ hasText: text });
    await rows.first().waitFor();
    return (await rows.allInnerTexts()).join('\n').replaceAll(/\s+/g, ' ');
  };
  expect(await offered('anthropic')).toMatch(/its key is in the environment \(ANTHROPIC_API_KEY\).*balanced: claude/);
  expect(await offered('llama-e2e')).toMatch(/llama-e2e.*ollama/);
  expect(await offered('e2e/scripted')).toMatch(/e2e\/scripted.*vscode/);
  expect(await offered('e2e/other')).toMatch(/e2e\/other.*vscode/);
  expect(await offered('openai')).toMatch(/not ready.*no key: set one with "Loki: Set Provider Key"/);
  expect(await offered('lmstudio')).toMatch(/not ready.*no model server answers/);
  await palette.leave();
});

test('a person who does not agree is told so, and nothing reaches the model or is paid', async () => {
  const [window, project] = await openSample();
  const { taskPage, notifications, statusBar, palette, page } = window;
  await choose(window, project, 'e2e/scripted');
  await start(window, 'Ask a model that nobody allows');
  await window.picture('model-consent');
  await notifications.answer('Cancel');
  await taskPage.standsAt('Failed');
  await taskPage
    .says(/you have not agreed to Loki using it; allow it in VS Code when it asks/)
    .first()
    .waitFor();
  await window.picture('model-refused');
  expect(await requests()).toEqual([]);
  await expect.poll(async () => await statusBar.spent()).toBe(0);
  await palette.run('Loki: Show Cost');
  await webview(page).getByRole('heading', { name: 'Nothing has been spent here yet' }).waitFor();
});

test('a model of the editor does the task once the person agrees, and its use is recorded', async () => {
  const [window, project] = await openSample();
  const { taskPage, notifications, statusBar, palette, page } = window;
  await choose(window, project, 'e2e/scripted');
  await start(window, 'Write down who wrote it');
  await notifications.answer('Allow');
  await taskPage.standsAt('VERIFIED', 120_000);

  const asked = await requests();
  expect(asked.length).toBeGreaterThan(4);
  expect(new Set(asked.map(({ model }) => model))).toEqual(new Set(['scripted']));
  expect(asked.some(({ tools }) => tools.includes('write_file'))).toBe(true);
  expect(project.git('branch', '--list', 'loki/*')).toMatch(/loki\/task-/);

  // Nobody said what was counted: what was reserved counts as spent, and the tokens are unmeasured.
  expect(await statusBar.spent()).toBeGreaterThan(0);
  expect(await statusBar.text()).not.toContain('simulated');
  await palette.run('Loki: Show Cost');
  const cost = webview(page);
  await cost.getByRole('tab', { name: 'model' }).click();
  const row = cost.getByRole('row').filter({ hasText: 'e2e/scripted' });
  expect(await row.innerText()).toMatch(
    new RegExp(`unmeasured.*unmeasured.*${asked.length} \\(${asked.length} unmeasured\\)`, 's'),
  );
  await window.picture('cost-editor-model');

  const log = (await project.read('.loki/audit/audit.jsonl')).split('\n').filter((line) => line !== '');
  const entries = log.map((line) => JSON.parse(line) as { what: string; metadata: Record<string, unknown> | null });
  const settled = entries.filter(
    ({ metadata }) => metadata?.['provider'] === 'vscode' && metadata['model'] === 'e2e/scripted',
  );
  expect(settled.length).toBeGreaterThanOrEqual(asked.length);
});
