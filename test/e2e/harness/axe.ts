import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Frame, Page } from 'playwright-core';
import { until } from './until.ts';

const script = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/**
 * What axe finds serious or critical inside the page that is shown, one line each. It is evaluated inside the inner frame:
 * the page's own security policy forbids scripts, and must go on forbidding them.
 */
export async function seriousFindings(page: Page): Promise<readonly string[]> {
  const frame = await until('the frame of the page is there', async () => {
    for (const candidate of page.frames()) {
      if (candidate.parentFrame() === null) continue;
      const element = await candidate.frameElement();
      if ((await element.getAttribute('id')) === 'active-frame' && (await element.isVisible())) return candidate;
    }
    return undefined;
  });
  // VS Code paints the page's ground outside of the frame, where axe cannot see it.
  await frame.evaluate("document.documentElement.style.background = 'var(--vscode-editor-background)'");
  return await look(frame, 'html');
}

/**
 * The same for a part of the workbench that shows what is ours. One rule is left out: the workbench writes the name and
 * the description of a row without a space between them, so that no accessible name holds that text.
 */
export async function seriousFindingsIn(page: Page, selector: string): Promise<readonly string[]> {
  const found = await look(page.mainFrame(), selector);
  return found.filter((line) => !line.includes('label-content-name-mismatch'));
}

async function look(frame: Frame, selector: string): Promise<readonly string[]> {
  await frame.evaluate(await readFile(script, 'utf8'));
  const results = await frame.evaluate(async (part) => {
    // The script has put it there.
    const { axe } = globalThis as unknown as { axe: { run: (context: string) => Promise<AxeResults> } };
    return await axe.run(part);
  }, selector);
  return results.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, impact, nodes }) =>
      nodes.map(({ html, failureSummary }) => {
        const element = html.replaceAll(/<!--.*?-->/g, '').slice(0, 160);
        return `${impact} ${id}: ${element} ${failureSummary ?? ''}`.replaceAll(/\s+/g, ' ');
      }),
    );
}
