import { html, type TemplateResult } from 'lit';
import { textParts } from './hiddenText.ts';

/** Text of agents, files and tools: isolated from the text around it, with every hidden character written out. */
export function shownText(text: string): TemplateResult {
  return html`<bdi class="isolated"
    >${textParts(text).map((part) =>
      part.isHidden
        ? html`<span class="hidden-character" title="A character that is not seen">${part.text}</span>`
        : part.text,
    )}</bdi
  >`;
}
