import type { Locator, Page } from 'playwright-core';
import { until } from '../harness/until.ts';

/** The command palette and every other quick pick and input box: all of it by keyboard. */
export interface Palette {
  /** Runs a command by its title, as a person who types it would. */
  run(title: string): Promise<void>;
  /** The titles offered for this text. */
  offered(text: string): Promise<readonly string[]>;
  /** Waits for an input box or a pick whose title or placeholder says this. */
  asks(text: RegExp, timeout?: number): Promise<void>;
  type(text: string): Promise<void>;
  /** Takes the row that starts with this text. */
  choose(text: string | RegExp): Promise<void>;
  accept(): Promise<void>;
  leave(): Promise<void>;
  readonly widget: Locator;
  readonly input: Locator;
  readonly rows: Locator;
}

export function palette(page: Page): Palette {
  const widget = page.locator('.quick-input-widget:visible');
  const input = widget.locator('.quick-input-box input');
  const rows = widget.locator('.quick-input-list .monaco-list-row');
  const open = async (text: string): Promise<void> => {
    await page.keyboard.press('F1');
    await input.waitFor({ timeout: 15_000 });
    await input.fill(`>${text}`, { timeout: 15_000 });
  };
  /** Presses the arrow until the row is the focused one: Enter takes that one and no other. */
  const take = async (row: Locator): Promise<void> => {
    await row.first().waitFor();
    for (let step = 0; step < 30; step += 1) {
      const focused = (await row.first().getAttribute('class')) ?? '';
      if (/\bfocused\b/.test(focused)) return await page.keyboard.press('Enter');
      await page.keyboard.press('ArrowDown');
    }
    throw new Error('the arrow keys do not reach the row');
  };
  return {
    run: async (title) => {
      const exact = new RegExp(`^${title.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}(,|$)`);
      const row = rows.and(page.getByLabel(exact));
      // The commands of extensions come a moment after the workbench, and an open palette does not take them in.
      await until(`the palette offers ${title}`, async () => {
        try {
          await open(title);
          await row.first().waitFor({ timeout: 2000 });
          return true;
        } catch {
          // It closes when something else takes the focus, too.
          await page.keyboard.press('Escape');
          return false;
        }
      });
      await take(row);
    },
    offered: async (text) => {
      await open(text);
      await rows.first().waitFor();
      return await rows.evaluateAll((found) => found.map((row) => row.getAttribute('aria-label') ?? ''));
    },
    asks: async (text, timeout = 60_000) => {
      const heading = widget.locator('.quick-input-title, .quick-input-message, .quick-input-description');
      await heading.filter({ hasText: text }).or(widget.getByPlaceholder(text)).first().waitFor({ timeout });
    },
    type: async (text) => {
      await input.waitFor();
      await page.keyboard.type(text);
    },
    choose: async (text) => await take(rows.filter({ hasText: text })),
    accept: async () => await page.keyboard.press('Enter'),
    leave: async () => await page.keyboard.press('Escape'),
    widget,
    input,
    rows,
  };
}
