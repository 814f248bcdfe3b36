import type { FrameLocator, Locator, Page } from 'playwright-core';
import { webview } from './webview.ts';

/** The page of one task. */
export interface TaskPage {
  readonly frame: FrameLocator;
  /** Anything on the page that says this. */
  says(text: string | RegExp): Locator;
  button(name: string | RegExp): Locator;
  /** The filter of the progress that is pressed. */
  filter(): Promise<string>;
  /** The phases, in their order, each with whether it is unfolded: `1-act true`. */
  phases(): Promise<readonly string[]>;
  /** Unfolds the first phase that is folded. */
  unfoldPhase(): Promise<void>;
  scrollTo(pixels: number): Promise<void>;
  scrollTop(): Promise<number>;
  /** Waits, 60 seconds unless told, until the run stands at one of these words: a verdict, or `Working`, `Cancelled`, `Interrupted`. */
  standsAt(words: string, timeout?: number): Promise<void>;
}

export function taskPage(page: Page): TaskPage {
  const frame = webview(page);
  const root = frame.locator('html');
  const phases = frame.locator('details.phase');
  return {
    frame,
    says: (text) => frame.getByText(text),
    button: (name) => frame.getByRole('button', { name }),
    filter: async () => await frame.locator('button.choice[aria-pressed="true"]').innerText(),
    phases: async () =>
      await phases.evaluateAll((found) =>
        found.map((phase) => `${phase.dataset['phase']} ${phase.hasAttribute('open')}`),
      ),
    unfoldPhase: async () => await frame.locator('details.phase:not([open]) summary').first().click(),
    scrollTo: async (pixels) => {
      await root.evaluate(async (element, top) => {
        const ended = new Promise((resolve) => document.addEventListener('scrollend', resolve, { once: true }));
        element.scrollTop = top;
        await ended;
      }, pixels);
    },
    scrollTop: async () => await root.evaluate((element) => element.scrollTop),
    standsAt: async (words, timeout = 60_000) =>
      await frame.getByRole('heading', { name: words, exact: true }).waitFor({ timeout }),
  };
}
