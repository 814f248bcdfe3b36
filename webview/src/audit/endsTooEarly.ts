import type { AuditVerification } from '#protocol/audit';
import { brokenEntry } from '#protocol/auditWords';
import { html, nothing, type TemplateResult } from 'lit';
import { icon } from '../shared/icon.ts';

/** Where entries are missing at the end of the log there is no row to say so: it stands above the latest one. */
export function endsTooEarly(verification: AuditVerification | null): TemplateResult | typeof nothing {
  if (verification === null || !isCutAtEnd(verification)) return nothing;
  const from = brokenEntry(verification);
  return html`<p class="with-icon cut-end">
    ${icon('broken', 'bad')}
    <span><strong>The log breaks off here:</strong> from entry ${from} on, entries are missing.</span>
  </p>`;
}

/** Whether the first fault is that the end is missing. */
export function isCutAtEnd({ completeness, brokenAt, entries }: AuditVerification): boolean {
  return completeness === 'incomplete' && brokenAt !== null && brokenAt >= entries;
}
