import type { FrameLocator, Locator, Page } from 'playwright-core';
import { webview } from './webview.ts';

/** The page of the gates. */
export interface GatesPage {
  readonly frame: FrameLocator;
  /** Anything on the page that says this. */
  says(text: string | RegExp): Locator;
  button(name: string | RegExp): Locator;
}

export function gatesPage(page: Page): GatesPage {
  const frame = webview(page);
  return {
    frame,
    says: (text) => frame.getByText(text),
    button: (name) => frame.getByRole('button', { name }),
  };
}
