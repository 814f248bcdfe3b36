import { expect, test } from 'vitest';
import { passes } from '../harness/configurations.ts';
import { editorForFile } from '../harness/editorForFile.ts';

const session = editorForFile({ asksForTrust: true, settings: { 'loki.provider': 'demo' } });

test('in a folder that is not trusted nothing runs, and Loki says why', async () => {
  const [window, project] = await session.openSample(passes);
  const { palette, tree, workbench, notifications } = window;
  await workbench.showLoki();
  await tree.welcome('Tasks').getByText('not trusted').waitFor();
  await window.picture('untrusted');

  await palette.run('Loki: Run Task');
  await notifications.shows(/not trusted, so nothing runs/);
  await window.picture('untrusted-run');
  expect(await project.runs()).toEqual([]);
  expect(project.git('branch', '--list', 'loki/*')).toBe('');
  expect(project.git('status', '--porcelain', '--ignored')).toBe('');
});
