import type { Locator, Page } from 'playwright-core';
import { palette } from './palette.ts';

/** The window around everything. */
export interface Workbench {
  /** Waits until the workbench can be used. */
  isReady(): Promise<void>;
  /** Shows Loki's container in the side bar. */
  showLoki(): Promise<void>;
  /** The number on Loki's icon, or null where there is none. */
  badge(): Promise<string | null>;
  /** Takes a color theme by its label. */
  useTheme(label: string): Promise<void>;
  readonly tabs: Locator;
  /** Brings the tab whose title says this to the front. */
  openTab(title: string): Promise<void>;
  /** Makes the side bar as narrow as it can be. */
  narrowSideBar(): Promise<void>;
  readonly editor: Locator;
  /** A button or row that says exactly this anywhere outside of pages. */
  button(name: string): Locator;
}

export function workbench(page: Page): Workbench {
  const tabs = page.locator('.tabs-container .tab');
  const label = 'a.action-label[aria-label^="Loki"]';
  const item = page.locator('.activitybar .action-item').filter({ has: page.locator(label) });
  return {
    isReady: async () => {
      await page.locator('.monaco-workbench .part.statusbar').waitFor();
      // Extensions are known a moment after the workbench stands; before that the palette lacks their commands.
      await item.waitFor();
    },
    showLoki: async () => {
      await item.waitFor();
      if (!/\bchecked\b/.test((await item.getAttribute('class')) ?? '')) await item.click();
      await page.locator('.sidebar .pane').first().waitFor();
    },
    badge: async () => {
      const badge = item.locator('.badge-content');
      if ((await badge.count()) === 0) return null;
      const text = await badge.first().textContent();
      return text === null || text === '' ? null : text;
    },
    useTheme: async (label) => {
      const picker = palette(page);
      const { input, rows } = picker;
      await picker.run('Preferences: Color Theme');
      await input.fill(label);
      await rows.filter({ hasText: label }).first().waitFor();
      await page.keyboard.press('Enter');
      await input.waitFor({ state: 'hidden' });
    },
    tabs,
    openTab: async (title) => {
      const tab = tabs.filter({ hasText: title });
      await tab.click();
      await tab.and(page.locator('.active')).waitFor();
    },
    narrowSideBar: async () => {
      const bar = page.locator('.part.sidebar');
      const { x, width, y, height } = (await bar.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
      const middle = y + height / 2;
      await page.mouse.move(x + width, middle);
      await page.mouse.down();
      // Not further than its least width: VS Code would close it.
      await page.mouse.move(x + 180, middle, { steps: 8 });
      await page.mouse.up();
      // Else the edge would be drawn as one that is being moved.
      await page.mouse.move(x + 600, middle);
    },
    editor: page.locator('.editor-instance .monaco-editor').first(),
    button: (name) => page.getByRole('button', { name, exact: true }),
  };
}
