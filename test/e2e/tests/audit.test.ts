import { expect, test } from 'vitest';
import { passes } from '../harness/configurations.ts';
import { editorForFile } from '../harness/editorForFile.ts';
import type { Window } from '../harness/openWindow.ts';
import type { SampleProject } from '../harness/sampleProject.ts';
import { runTask } from '../pages/runTask.ts';

const session = editorForFile({ settings: { 'loki.provider': 'demo' } });
const log = '.loki/audit/audit.jsonl';

test('the audit page says that the log is intact and complete, and why; the threat model is one click away', async () => {
  const [window] = await openWithRecord();
  const { auditPage, statusBar, tree, notifications, palette, page, workbench } = window;
  await auditPage.standsAt('Intact and complete');
  await auditPage.says(/a signature covers the last entry/).waitFor();
  await auditPage.says(/^The last covers entries 0 to \d+, signed /).waitFor();
  // No keychain on this machine.
  await auditPage.says(/^Weaker: kept in a file\./).waitFor();
  await auditPage.says('Not anchored').waitFor();
  await auditPage.says(/^Somebody with your rights could rewrite everything up to now/).waitFor();
  await window.picture('audit-complete');

  await workbench.showLoki();
  await tree.unfold('Audit');
  await tree.row('Audit', /^Intact and complete/).waitFor();
  await expect
    .poll(async () => await (await statusBar.hover()).textContent(), { timeout: 20_000 })
    .toMatch(/Audit log: intact and complete \(\d+ entries\)/);
  await palette.run('Loki: Verify Audit Chain');
  await notifications.shows(/Audit log: intact and complete \(\d+ entries\)/);

  await auditPage.button(/threat model/).click();
  await page.getByRole('tab', { name: /audit-format/ }).waitFor();
  await auditPage.frame.getByRole('heading', { name: 'Against whom' }).waitFor();
  await window.picture('audit-threat-model');
});

test('after one byte was changed, the audit page says at which entry, with both hashes', async () => {
  const [window, project] = await openWithRecord();
  const { auditPage, tree, notifications, palette, workbench } = window;
  await auditPage.standsAt('Intact and complete');
  const lines = (await project.read(log)).split('\n');
  const changed = 5;
  const line = lines[changed] ?? '';
  // One digit of a time becomes another one: the line is still JSON.
  const at = line.indexOf('"timestamp":"') + '"timestamp":"'.length + 3;
  const digit = line[at] === '1' ? '2' : '1';
  lines[changed] = line.slice(0, at) + digit + line.slice(at + 1);
  await project.write(log, lines.join('\n'));

  await auditPage.button(/^Verify/).click();
  await auditPage.standsAt(`Altered at entry ${changed}`);
  await auditPage.button('Show the break').click();
  await auditPage.standsAt(`Entry ${changed}`);
  await auditPage.entry(changed).getByText('chain breaks here').waitFor();
  await auditPage.says('Expected: the hash that it was given').waitFor();
  await auditPage.says('Actual: the hash of what is here now').waitFor();
  await window.picture('audit-altered');

  await palette.run('Loki: Verify Audit Chain');
  // Entries are counted everywhere as they are numbered in the log.
  await notifications.shows(new RegExp(String.raw`\bentry ${changed}\b`));
  await workbench.showLoki();
  await tree.unfold('Audit');
  await tree.row('Audit', new RegExp(`^Altered at entry ${changed}`)).waitFor();
});

test('after the last two entries were cut off, the audit page says from which entry on they are missing', async () => {
  const [window, project] = await openWithRecord();
  const { auditPage, notifications, palette } = window;
  await auditPage.standsAt('Intact and complete');
  const lines = (await project.read(log)).split('\n').slice(0, -1);
  const kept = lines.slice(0, -2);
  await project.write(log, `${kept.join('\n')}\n`);

  await auditPage.button(/^Verify/).click();
  await auditPage.standsAt(`Incomplete from entry ${kept.length} on`);
  await auditPage.says(`The log breaks off here:`).waitFor();
  await auditPage
    .says(new RegExp(`each of the ${kept.length} entries here is as it was written`))
    .first()
    .waitFor();
  await window.picture('audit-incomplete');
  await palette.run('Loki: Verify Audit Chain');
  await notifications.shows(new RegExp(`incomplete from entry ${kept.length} on`));
});

/** A project in which a run has left a record, and its audit page. */
async function openWithRecord(): Promise<[Window, SampleProject]> {
  const [window, project] = await session.openSample(passes);
  await runTask(window, 'Leave a record');
  await window.taskPage.standsAt('VERIFIED', 60_000);
  await window.palette.run('Loki: Show Audit');
  return [window, project];
}
