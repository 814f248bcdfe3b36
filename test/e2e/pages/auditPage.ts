import type { FrameLocator, Locator, Page } from 'playwright-core';
import { webview } from './webview.ts';

/** The page of the audit log. */
export interface AuditPage {
  readonly frame: FrameLocator;
  /** Anything on the page that says this. */
  says(text: string | RegExp): Locator;
  button(name: string | RegExp): Locator;
  /** The rows that are drawn, the latest first. */
  readonly entries: Locator;
  /** The field that only lists what this agent did. */
  readonly agent: Locator;
  /** The heading of the entry whose details are open. */
  readonly details: Locator;
  /** The row of the entry with this number. */
  entry(number: number): Locator;
  /** Waits until the state of the chain is said in these words. */
  standsAt(words: string): Promise<void>;
}

export function auditPage(page: Page): AuditPage {
  const frame = webview(page);
  const entries = frame.getByRole('listbox').getByRole('option');
  return {
    frame,
    entries,
    agent: frame.getByRole('textbox', { name: 'Agent' }),
    details: frame.getByRole('heading', { name: /^Entry \d+$/ }),
    says: (text) => frame.getByText(text),
    entry: (number) => entries.filter({ hasText: new RegExp(String.raw`^\s*${number}\s`) }),
    standsAt: async (words) => await frame.getByRole('heading', { name: words, exact: true }).waitFor(),
    button: (name) => frame.getByRole('button', { name }),
  };
}
