import type { Locator, Page } from 'playwright-core';

/** Loki's one item in the status bar. */
export interface StatusBar {
  readonly meter: Locator;
  text(): Promise<string>;
  /** What it says that this task, or this day, has cost, in dollars. */
  spent(): Promise<number>;
  /** Whether it stands on the ground of a warning. */
  isWarning(): Promise<boolean>;
  /** Shows the tooltip and answers with it. */
  hover(): Promise<Locator>;
}

export function statusBar(page: Page): StatusBar {
  const meter = page.locator('.part.statusbar [id^="loki.loki."], .part.statusbar [id^="loki-agents.loki."]').first();
  const text = async (): Promise<string> => ((await meter.textContent()) ?? '').replaceAll(/\s+/g, ' ').trim();
  return {
    meter,
    text,
    spent: async () => Number(/^\$(?<amount>[\d.]+)/.exec(await text())?.groups?.['amount']),
    isWarning: async () => /\bwarning-kind\b/.test((await meter.getAttribute('class')) ?? ''),
    hover: async () => {
      await meter.hover();
      const tooltip = page.locator('.monaco-hover:visible, .workbench-hover:visible').first();
      await tooltip.waitFor();
      return tooltip;
    },
  };
}
