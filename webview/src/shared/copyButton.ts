import { html, type TemplateResult } from 'lit';
import { icon } from './icon.ts';

/** Puts a text into the clipboard, and says so. */
export function copyButton(text: string, what: string, say: (text: string) => void): TemplateResult {
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      say(`Copied the ${what}`);
    } catch {
      say(`The ${what} could not be copied; select it and copy it by hand`);
    }
  };
  return html`<button type="button" class="copy" title="Copy the ${what}" aria-label="Copy the ${what}" @click=${copy}>
    ${icon('copy')}
  </button>`;
}
