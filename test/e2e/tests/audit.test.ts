import { test } from 'vitest';
import { passes } from '../harness/configurations.ts';
import { editorForFile } from '../harness/editorForFile.ts';
import { runTask } from '../pages/runTask.ts';

const session = editorForFile({ settings: { 'loki.provider': 'demo' } });
const log = '.loki/audit/audit.jsonl';

test('the audit page says that the chain is whole, and where it is broken after one byte was changed', async () => {
  const [window, project] = await session.openSample(passes);
  const { palette, taskPage, auditPage, notifications } = window;
  await runTask(window, 'Leave a record');
  await taskPage.standsAt('VERIFIED');

  await palette.run('Loki: Show Audit');
  await auditPage.standsAt('Valid');
  await window.picture('audit-intact');

  const lines = (await project.read(log)).split('\n');
  const changed = 5;
  const line = lines[changed] ?? '';
  // One digit of a time becomes another one: the line is still JSON.
  const at = line.indexOf('"timestamp":"') + '"timestamp":"'.length + 3;
  const digit = line[at] === '1' ? '2' : '1';
  lines[changed] = line.slice(0, at) + digit + line.slice(at + 1);
  await project.write(log, lines.join('\n'));

  await auditPage
    .button(/^Verify/)
    .first()
    .click();
  await auditPage.standsAt(`Broken at entry ${changed}`);
  // Said to readers of the screen as well, in a region of its own.
  await auditPage
    .says(new RegExp(`Entries before ${changed} are intact`))
    .first()
    .waitFor();
  await auditPage.button('Show the break').click();
  await auditPage.frame.getByRole('heading', { name: `Entry ${changed}`, exact: true }).waitFor();
  await auditPage
    .says(/The chain breaks here/)
    .first()
    .waitFor();
  await window.picture('audit-broken');

  await palette.run('Loki: Verify Audit Chain');
  // Entries are counted everywhere as they are numbered in the log.
  await notifications.shows(new RegExp(String.raw`\bentry ${changed}\b`));
});
