import { expect, test } from 'vitest';
import { editorForFile } from '../harness/editorForFile.ts';

const session = editorForFile();

test('the packaged extension stands in the activity bar and offers its commands', async () => {
  const [window] = await session.openSample();
  await window.workbench.showLoki();
  expect(await window.palette.offered('Loki: Run Task')).toContainEqual(expect.stringMatching(/^Loki: Run Task\b/));
  await window.palette.leave();
  await window.picture('start');
});
