import type { AuditFilter } from '#protocol/audit';
import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { noFilter, type AuditActs } from './auditState.ts';

/** The fields that narrow the list. Each is exact but the text, which is found anywhere in an entry. */
export function filterView(filter: AuditFilter, acts: AuditActs): TemplateResult {
  const set = acts.narrow;
  const field = (name: 'text' | 'task' | 'run' | 'agent', label: string, hint: string): TemplateResult =>
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
  /** A day as people here count it: from its first moment to its last. */
  const day = (name: 'from' | 'to', label: string): TemplateResult =>
    html`<label class="field field-day"
      ><span>${label}</span>
      <input
        type="date"
        .value=${live(dayOf(filter[name] ?? null))}
        @change=${({ currentTarget }: Event) => {
          if (currentTarget instanceof HTMLInputElement) set({ [name]: momentOf(name, currentTarget.value) });
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
    ${field('text', 'Text', 'Anywhere in an entry')} ${field('task', 'Task', 'task-…')} ${field('run', 'Run', 'run-…')}
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
    <label class="field field-phase"
      ><span>Phase</span>
      <select
        .value=${live(filter.phase ?? '')}
        @change=${({ currentTarget }: Event) => {
          if (currentTarget instanceof HTMLSelectElement) set({ phase: orNull(currentTarget.value) });
        }}
      >
        <option value="">Any</option>
        <option value="reason">Reason</option>
        <option value="act">Act</option>
        <option value="reflect">Reflect</option>
        <option value="verify">Verify</option>
      </select>
    </label>
    ${day('from', 'Since')} ${day('to', 'Until')}
    ${
      isSet
        ? html`<button type="button" class="link clear" @click=${() => acts.filter(noFilter)}>Clear the filter</button>`
        : nothing
    }
  </form>`;
}

/** The day that a moment is in, as a date field writes it. */
function dayOf(moment: string | null): string {
  const date = new Date(moment ?? '');
  if (Number.isNaN(date.getTime())) return '';
  const two = (part: number): string => String(part).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

function momentOf(name: 'from' | 'to', day: string): string | null {
  const date = new Date(`${day}T${name === 'from' ? '00:00:00.000' : '23:59:59.999'}`);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

function orNull(value: string): string | null {
  return value.trim() === '' ? null : value;
}
