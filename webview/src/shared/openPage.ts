import type { CSSResult } from 'lit';

/**
 * The place that a page is drawn into. `_elements` are the components that the page's templates name; they come into being
 * by being imported. Its styles are adopted sheets: no style element, nothing for the
 * policy to refuse.
 */
export function openPage(_elements: readonly CustomElementConstructor[], styles: readonly CSSResult[]): HTMLElement {
  document.documentElement.lang = 'en';
  const sheets = styles.map(({ styleSheet }) => styleSheet).filter((sheet) => sheet !== undefined);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, ...sheets];
  const root = document.createElement('div');
  document.body.append(root);
  return root;
}
