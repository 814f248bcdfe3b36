import type { Page } from 'playwright-core';
import { until } from '../harness/until.ts';

/** The name under which VS Code takes in what a page says; the page itself reaches it through `acquireVsCodeApi`. */
const door = '__vscode_post_message__';

/** Says something to the extension as the page that is shown would if its script were an attacker's. */
export async function sayAsPage(page: Page, message: unknown): Promise<void> {
  const inner = await page
    .locator('.editor-instance iframe.webview.ready, iframe.webview.ready:visible')
    .first()
    .elementHandle();
  const frame = await until(
    'the frame around the page is there',
    async () => (await inner?.contentFrame()) ?? undefined,
  );
  await frame.evaluate(
    ([name, said]) => {
      const post: unknown = Reflect.get(globalThis, name);
      if (typeof post !== 'function') throw new Error('VS Code has another door for pages now');
      Reflect.apply(post, globalThis, ['onmessage', { message: said }]);
    },
    [door, message] as const,
  );
}
