import { html, type TemplateResult } from 'lit';
import { shownText } from './shownText.ts';

export type OpenPlace = (path: string, line: number | null) => void;

/** A place in the workspace, to go to. */
export function placeLink(path: string, line: number | null, open: OpenPlace): TemplateResult {
  return html`<button type="button" class="link mono" @click=${() => open(path, line)}>
    ${shownText(line === null ? path : `${path}:${line}`)}
  </button>`;
}
