import type { AuditFilter } from '#protocol/audit';
import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { noFilter, type AuditActs } from './auditState.ts';

/** The fields that narrow the list. Each is exact but the text, which is found anywhere in an entry. */
export function filterView(filter: AuditFilter, acts: AuditActs): TemplateResult {
  const set = (part: Partial<AuditFilter>): void => acts.filter({ ...filter, ...part });
  const field = (name: 'text' | 'run' | 'agent', label: string, hint: string): TemplateResult =>
    html`<label class="field field-${name}"
      ><span>${label}</span>
      <input
        type="text"
        spellcheck="false"
        autocomplete="off"
        maxlength="200"
        placeholder=${hint}
        .value=${live(filter[name] ?? '')}
        @input=${({ currentTarget }: Event) => {
          if (currentTarget instanceof HTMLInputElement) set({ [name]: orNull(currentTarget.value) });
        }}
      />
    </label>`;
  const isSet = Object.values(filter).some((value) => value !== null);
  return html`<form
    class="filter"
    role="search"
    aria-label="Filter the entries"
    @submit=${(event: Event) => event.preventDefault()}
  >
    ${field('text', 'Text', 'Anywhere in an entry')} ${field('run', 'Run', 'run-…')}
    ${field('agent', 'Agent', 'implementer')}
    <label class="field field-decision"
      ><span>Decision</span>
      <select
        .value=${live(filter.decision ?? '')}
        @change=${({ currentTarget }: Event) => {
          if (currentTarget instanceof HTMLSelectElement) set({ decision: orNull(currentTarget.value) });
        }}
      >
        <option value="">Any</option>
        <option value="ALLOW">Allowed</option>
        <option value="REQUIRE_APPROVAL">Approval needed</option>
        <option value="DENY">Refused</option>
      </select>
    </label>
    ${
      isSet
        ? html`<button type="button" class="link clear" @click=${() => acts.filter(noFilter)}>Clear the filter</button>`
        : nothing
    }
  </form>`;
}

function orNull(value: string): string | null {
  return value.trim() === '' ? null : value;
}
