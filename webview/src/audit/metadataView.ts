import { html, type TemplateResult } from 'lit';
import { shownText } from '../shared/shownText.ts';

/** Deeper than this an object is shown as JSON. */
const mostLevels = 3;

/** Metadata as a tree: names with their values, lists and objects below their names. */
export function metadataView(metadata: Readonly<Record<string, unknown>>, level = 1): TemplateResult {
  return html`<dl class="tree">
    ${Object.entries(metadata).map(
      ([name, value]) =>
        html`<div class=${isTree(value) ? 'branch' : 'leaf'}>
          <dt class="mono">${shownText(name)}</dt>
          <dd>${valueView(value, level)}</dd>
        </div>`,
    )}
  </dl>`;
}

function valueView(value: unknown, level: number): TemplateResult {
  if (value === null) return html`<span class="muted">null</span>`;
  if (typeof value === 'string') return html`<span class="mono">${shownText(value)}</span>`;
  if (typeof value !== 'object') return html`<span class="mono">${JSON.stringify(value)}</span>`;
  if (level >= mostLevels) return html`<pre>${shownText(JSON.stringify(value, null, 2))}</pre>`;
  if (!Array.isArray(value)) return metadataView(Object.fromEntries(Object.entries(value)), level + 1);
  if (value.length === 0) return html`<span class="muted">an empty list</span>`;
  return html`<ol class="tree-list">
    ${value.map((item: unknown) => html`<li>${valueView(item, level + 1)}</li>`)}
  </ol>`;
}

function isTree(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}
