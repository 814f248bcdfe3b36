import type { Locator, Page } from 'playwright-core';
import { palette } from './palette.ts';

/** The Problems view. */
export interface Problems {
  show(): Promise<void>;
  /** Rows of problems (not of files) that say this. */
  row(text: string | RegExp): Locator;
  /** Opens the place of a problem in the editor. */
  open(row: Locator): Promise<void>;
}

export function problems(page: Page): Problems {
  return {
    show: async () => {
      await palette(page).run('Problems: Focus on Problems View');
      await page.locator('.markers-panel').waitFor();
    },
    row: (text) => page.locator('.markers-panel .monaco-list-row').filter({ hasText: text }),
    open: async (row) => await row.first().dblclick(),
  };
}
