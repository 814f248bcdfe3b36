import { html, type TemplateResult } from 'lit';
import { icon } from './icon.ts';

/** What a page shows until it has been told what to show. */
export function loadingView(what: string): TemplateResult {
  return html`<main class="empty" aria-busy="true">
    ${icon('running', 'busy')}
    <p>Loading ${what} …</p>
  </main>`;
}
