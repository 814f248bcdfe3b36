import type { Locator, Page } from 'playwright-core';

/** The views in Loki's side bar. */
export interface Tree {
  view(title: string): Locator;
  row(view: string, text: string | RegExp): Locator;
  /** Opens a view that is folded. */
  unfold(view: string): Promise<void>;
  /** Opens a row and answers when its children show. */
  expand(view: string, text: string | RegExp): Promise<void>;
  welcome(view: string): Locator;
}

export function tree(page: Page): Tree {
  const view = (title: string): Locator =>
    page.locator('.sidebar .pane').filter({ has: page.locator('.pane-header').filter({ hasText: title }) });
  const row = (title: string, text: string | RegExp): Locator =>
    view(title).locator('.monaco-list-row').filter({ hasText: text });
  return {
    view,
    row,
    unfold: async (title) => {
      const header = view(title).locator('.pane-header');
      await header.waitFor();
      if ((await header.getAttribute('aria-expanded')) === 'false') await header.click();
    },
    expand: async (title, text) => {
      const found = row(title, text).first();
      await found.waitFor();
      if ((await found.getAttribute('aria-expanded')) === 'false') {
        await found.click();
        await page.keyboard.press('ArrowRight');
      }
    },
    welcome: (title) => view(title).locator('.welcome-view-content'),
  };
}
