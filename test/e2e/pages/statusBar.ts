import type { Locator, Page } from 'playwright-core';

/** Loki's one item in the status bar. */
export interface StatusBar {
  readonly meter: Locator;
  text(): Promise<string>;
  /** Shows the tooltip and answers with it. */
  hover(): Promise<Locator>;
}

export function statusBar(page: Page): StatusBar {
  const meter = page.locator('.part.statusbar [id^="loki.loki."], .part.statusbar [id^="loki-agents.loki."]').first();
  return {
    meter,
    text: async () => ((await meter.textContent()) ?? '').replaceAll(/\s+/g, ' ').trim(),
    hover: async () => {
      await meter.hover();
      const tooltip = page.locator('.monaco-hover:visible, .workbench-hover:visible').first();
      await tooltip.waitFor();
      return tooltip;
    },
  };
}
