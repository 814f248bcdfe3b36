import type { FrameLocator, Locator, Page } from 'playwright-core';
import { webview } from './webview.ts';

/** The page of one task. */
export interface TaskPage {
  readonly frame: FrameLocator;
  /** Anything on the page that says this. */
  says(text: string | RegExp): Locator;
  button(name: string | RegExp): Locator;
  /** Waits until the run stands at one of these words: a verdict, or `Working`, `Cancelled`, `Interrupted`. */
  standsAt(words: string): Promise<void>;
}

export function taskPage(page: Page): TaskPage {
  const frame = webview(page);
  return {
    frame,
    says: (text) => frame.getByText(text),
    button: (name) => frame.getByRole('button', { name }),
    standsAt: async (words) => await frame.getByRole('heading', { name: words, exact: true }).waitFor(),
  };
}
