import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { until } from './until.ts';

const script = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/**
 * What axe finds serious or critical inside the page that is shown, one line each. It is evaluated inside the inner frame:
 * the page's own security policy forbids scripts, and must go on forbidding them.
 */
export async function seriousFindings(page: Page): Promise<readonly string[]> {
  const source = await readFile(script, 'utf8');
  const frame = await until('the frame of the page is there', async () => {
    for (const candidate of page.frames()) {
      if (candidate.parentFrame() === null) continue;
      const element = await candidate.frameElement();
      if ((await element.getAttribute('id')) === 'active-frame' && (await element.isVisible())) return candidate;
    }
    return undefined;
  });
  await frame.evaluate(source);
  const results = await frame.evaluate(async () => {
    // VS Code paints the page's ground outside of the frame, where axe cannot see it.
    document.documentElement.style.background = 'var(--vscode-editor-background)';
    // The script has put it there.
    const { axe } = globalThis as unknown as { axe: { run: (context: Document) => Promise<AxeResults> } };
    return await axe.run(document);
  });
  return results.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, impact, nodes }) =>
      nodes.map(({ html, failureSummary }) => {
        const element = html.replaceAll(/<!--.*?-->/g, '').slice(0, 160);
        return `${impact} ${id}: ${element} ${failureSummary ?? ''}`.replaceAll(/\s+/g, ' ');
      }),
    );
}
