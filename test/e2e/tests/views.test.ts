import { expect, test } from 'vitest';
import { seriousFindingsIn } from '../harness/axe.ts';
import { fails } from '../harness/configurations.ts';
import { editorForFile } from '../harness/editorForFile.ts';
import { until } from '../harness/until.ts';
import { runTask } from '../pages/runTask.ts';

const session = editorForFile({ settings: { 'loki.provider': 'demo' } });

test('the views are used by keyboard, each row says in words what its icon shows, and axe finds nothing serious', async () => {
  const [window] = await session.openSample(fails);
  const { palette, taskPage, tree, page, workbench } = window;
  await runTask(window, 'Make the totals follow docs/pricing.md');
  await taskPage.standsAt('BLOCKED');
  await workbench.showLoki();
  await tree.row('Tasks', 'Make the totals').waitFor();
  await palette.run('Loki: Focus on Tasks View');
  const focused = tree.view('Tasks').locator('.monaco-list-row.focused');
  const attribute = async (name: string): Promise<string> =>
    (await focused.count()) === 1 ? ((await focused.getAttribute(name)) ?? '') : '';
  const standing = async (): Promise<string> => `${await attribute('aria-label')} ${await attribute('aria-expanded')}`;
  /** Presses a key until the focus is on a row that is read like this: the first press may only open the row before it. */
  const press = async (key: string, label: RegExp): Promise<void> => {
    await until(`the focus is on ${String(label)}`, async () => {
      const before = await standing();
      await page.keyboard.press(key);
      // A row whose children are still on their way takes no notice of a key: it is pressed again later, and never while
      // the last press may still be at work, which would go too far.
      await until('the key has been at work', async () => (await standing()) !== before, 5000).catch(() => undefined);
      return label.test(await attribute('aria-label'));
    });
  };
  await press('Home', /^Task Make the totals.*BLOCKED/);
  await press('ArrowRight', /^Cycle 1 · Reason, architect$/);
  await press('ArrowRight', /^Agent \w+, .*\d+ actions?, finished$/);
  await press('ArrowRight', /, (?:done|failed|refused by policy)$/);
  // Only the latest entries are drawn; each decision among them is said in the words of the page.
  await tree.row('Audit', /^Intact and complete/).waitFor();
  await tree.row('Audit', 'allowed').first().waitFor();
  const rows = await page.locator('.part.sidebar .monaco-list-row').evaluateAll((found) =>
    found.map((row) => ({
      spoken: row.getAttribute('aria-label') ?? '',
      seen: ['.label-name', '.label-description'].map((part) => row.querySelector(part)?.textContent ?? ''),
    })),
  );
  // What is seen is said as well, and what only icons say is said in words.
  for (const { spoken, seen } of rows) for (const words of seen) expect(spoken).toContain(words);
  const said = rows.map(({ spoken }) => spoken).join('\n');
  for (const words of [
    /^Intact and complete, \d+ entries\. /m,
    /^Entry \d+: /m,
    /^Gate tests, failed/m,
    /^high finding: /m,
  ])
    expect(said).toMatch(words);
  expect(said).not.toMatch(/ALLOW|DENY|REQUIRE_APPROVAL/);
  expect(await seriousFindingsIn(page, '.part.sidebar .pane-body')).toEqual([]);
  await window.picture('views');
});
