import type { Action } from '#protocol/action';
import { html, nothing, type TemplateResult } from 'lit';
import { hasHidden } from '../shared/hiddenText.ts';
import { icon } from '../shared/icon.ts';
import { lineDiff, type DiffLine } from '../shared/lineDiff.ts';
import { shownText } from '../shared/shownText.ts';
import { actionFields, type ActionField } from './actionFields.ts';

/** An action in full, as it would be carried out. */
export function actionFieldsView(action: Action): TemplateResult | typeof nothing {
  const fields = actionFields(action);
  if (fields.length === 0) return nothing;
  const isMasked = fields.some((field) =>
    field.kind === 'diff' ? hasHidden(field.oldText) || hasHidden(field.newText) : hasHidden(field.text),
  );
  return html`${
      isMasked
        ? html`<p class="with-icon card tone-bad">
            ${icon('warning', 'bad')}
            <span
              ><strong>There are hidden characters in this.</strong> They are written out below, like
              <span class="hidden-character">U+202E</span>. Text with them may do something other than it seems
              to.</span
            >
          </p>`
        : nothing
    }
    <dl class="pairs">
      ${fields.map(
        (field) =>
          html`<dt>${field.name}</dt>
            <dd>${fieldView(field)}</dd>`,
      )}
    </dl>`;
}

function fieldView(field: ActionField): TemplateResult {
  switch (field.kind) {
    case 'line':
      return html`<span class="mono">${shownText(field.text)}</span>`;
    case 'code':
      return html`<pre class="block" tabindex=${isLong(field.text) ? '0' : nothing}>${shownText(field.text)}</pre>`;
    case 'diff':
      return diffView(lineDiff(field.oldText, field.newText), field.name);
    default:
      return field satisfies never;
  }
}

function diffView(lines: readonly DiffLine[], name: string): TemplateResult {
  return html`<div class="block diff mono" role="group" aria-label=${name} tabindex="0">
    ${lines.map(
      ({ kind, text }) =>
        html`<div class="diff-line ${kind}">
          <span class="sign" aria-hidden="true">${signs[kind]}</span><span class="unseen">${kindWords[kind]}</span
          ><span class="diff-text">${shownText(text)}</span>
        </div>`,
    )}
  </div>`;
}

/** What scrolls must be reachable by keyboard. */
function isLong(text: string): boolean {
  return text.length > 1000 || text.split('\n').length > 14;
}

const signs = { same: ' ', old: '−', new: '+' } as const;
const kindWords = { same: '', old: 'old: ', new: 'new: ' } as const;
