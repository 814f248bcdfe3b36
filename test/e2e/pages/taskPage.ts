import type { FrameLocator, Locator, Page } from 'playwright-core';
import { webview } from './webview.ts';

/** The page of one task. */
export interface TaskPage {
  readonly frame: FrameLocator;
  /** Anything on the page that says this. */
  says(text: string | RegExp): Locator;
  button(name: string | RegExp): Locator;
  /** Waits, 30 seconds unless told, until the run stands at one of these words: a verdict, or `Working`, `Cancelled`, `Interrupted`. */
  standsAt(words: string, timeout?: number): Promise<void>;
}

export function taskPage(page: Page): TaskPage {
  const frame = webview(page);
  return {
    frame,
    says: (text) => frame.getByText(text),
    button: (name) => frame.getByRole('button', { name }),
    standsAt: async (words, timeout = 30_000) =>
      await frame.getByRole('heading', { name: words, exact: true }).waitFor({ timeout }),
  };
}
