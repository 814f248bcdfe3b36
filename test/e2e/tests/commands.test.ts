import { expect, test } from 'vitest';
import { asks } from '../harness/configurations.ts';
import { editorForFile } from '../harness/editorForFile.ts';
import type { Window } from '../harness/openWindow.ts';
import { runTask } from '../pages/runTask.ts';

const session = editorForFile({ settings: { 'loki.provider': 'demo' } });

const always = ['Open Demo', 'Remove Provider Key', 'Restart Sidecar', 'Run Task', 'Set Provider Key', 'Show Log'];
const inAFolder = [
  ...always,
  'Choose Model',
  'Filter Audit',
  'Open Configuration',
  'Raise Cost Limit',
  'Rehearse Policy',
  'Show Audit',
  'Show Cost',
  'Show Gates',
  'Verify Audit Chain',
].sort();

// The palette takes part of the height, and what is below its edge is not there to be read.
const tall = { height: 2000 };

/** Waits until the palette offers exactly these commands of Loki. */
async function offersExactly({ palette }: Window, titles: readonly string[]): Promise<void> {
  const offered = async (): Promise<readonly string[]> => {
    const labels = await palette.offered('Loki: ');
    await palette.leave();
    return (
      labels
        .filter((label) => label.startsWith('Loki: '))
        .map((label) => label.replace('Loki: ', '').replace(/,.*$/, ''))
        // VS Code adds one of these for each view.
        .filter((title) => !/^Focus on \w+ View$/.test(title))
        .sort()
    );
  };
  await expect.poll(offered, { interval: 500 }).toEqual(titles.toSorted());
}

test('without a folder only those commands are offered that need none', async () => {
  const window = await session.open(null, tall);
  await offersExactly(window, always);
});

test('commands are offered when they make sense: before a task, while it waits, and after it', async () => {
  const [window] = await session.openSample(asks, tall);
  const { taskPage, palette, notifications } = window;
  await offersExactly(window, inAFolder);

  await runTask(window, 'Offer commands');
  await taskPage.standsAt('Waiting for you');
  const underWay = ['Answer Approval', 'Cancel Task', 'Show Changes', 'Show Task', 'Stop Everything'];
  await offersExactly(window, [...inAFolder, ...underWay]);

  await palette.run('Loki: Stop Everything');
  await notifications.shows(/stopped 1 task/);
  await taskPage.standsAt('Cancelled');
  const over = ['Accept Result', 'Discard Result', 'Resume Task', 'Show Changes', 'Show Task'];
  await offersExactly(window, [...inAFolder, ...over]);

  await palette.run('Loki: Discard Result');
  await notifications.answer(/Discard/);
  await offersExactly(window, [...inAFolder, 'Show Changes', 'Show Task']);
});
