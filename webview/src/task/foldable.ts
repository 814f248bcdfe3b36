import { html, nothing, type TemplateResult } from 'lit';

interface Foldable {
  readonly className: string;
  readonly isOpen: boolean;
  readonly fold: (isOpen: boolean) => void;
  readonly head: TemplateResult;
  /** Drawn only while it is open: what nobody looks at costs nothing. */
  readonly body: () => TemplateResult;
}

/** One entry of a list that opens; a stop of the list's arrow keys. */
export function foldable({ className, isOpen, fold, head, body }: Foldable): TemplateResult {
  return html`<details
    class=${className}
    ?open=${isOpen}
    @toggle=${({ currentTarget }: Event) => {
      if (currentTarget instanceof HTMLDetailsElement && currentTarget.open !== isOpen) fold(currentTarget.open);
    }}
  >
    <summary data-roving-item tabindex="-1">${head}</summary>
    ${isOpen ? html`<div class="fold-body">${body()}</div>` : nothing}
  </details>`;
}
