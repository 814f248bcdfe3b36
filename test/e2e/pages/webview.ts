import type { FrameLocator, Page } from 'playwright-core';

/** The inside of the page that is shown just now: VS Code puts it into a frame within a frame. */
export function webview(page: Page): FrameLocator {
  return page
    .frameLocator('.editor-instance iframe.webview.ready, iframe.webview.ready:visible')
    .frameLocator('iframe#active-frame');
}
