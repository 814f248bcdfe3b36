import { expect } from 'vitest';
import { seriousFindings } from './axe.ts';
import type { Window } from './openWindow.ts';

/** VS Code's own themes, by the kind that they stand for. */
export const themes = {
  light: 'Light Modern',
  dark: 'Dark Modern',
  'high-contrast-dark': 'Dark High Contrast',
  'high-contrast-light': 'Light High Contrast',
};
export const sizes = { wide: { width: 1440, height: 900 }, narrow: { width: 620, height: 900 } };

/** Looks at the page that is shown in every theme and both widths: axe in each, and a picture of each. */
export async function lookAt(window: Window, name: string): Promise<void> {
  const found: string[] = [];
  for (const [theme, title] of Object.entries(themes)) {
    await window.workbench.useTheme(title);
    for (const [width, size] of Object.entries(sizes)) {
      await window.page.setViewportSize(size);
      await window.picture(`${name}-${theme}-${width}`);
      found.push(...(await seriousFindings(window.page)).map((line) => `${theme} ${width}: ${line}`));
    }
  }
  expect(found).toEqual([]);
}
