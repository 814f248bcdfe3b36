import { expect, test } from 'vitest';
import { editorForFile } from '../harness/editorForFile.ts';

const session = editorForFile();

test('Open Demo in an empty window plays the whole story of the sample project', async () => {
  const window = await session.open(null);
  const { palette, taskPage, workbench, page } = window;
  await workbench.showLoki();
  await window.picture('empty-window');
  await palette.run('Loki: Open Demo');
  await page.waitForURL(/folder=.*loki-sample/);
  await workbench.isReady();
  // Two cycles with four runs of the tests.
  await taskPage.standsAt('VERIFIED', 180_000);
  await taskPage
    .says(/^Cycle 2/)
    .first()
    .waitFor();
  await taskPage.says('Refused by policy').first().waitFor();
  await window.picture('demo');
  expect(await taskPage.says(/infrastructure\/deploy\.yaml/).count()).toBeGreaterThan(0);
});
