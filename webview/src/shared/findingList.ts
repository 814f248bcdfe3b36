import type { Finding } from '#protocol/gate';
import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { orderedFindings } from './gateOrder.ts';
import { icon, type IconName } from './icon.ts';
import { placeLink, type OpenPlace } from './placeLink.ts';
import { shownText } from './shownText.ts';

export interface FindingActs {
  readonly open: OpenPlace;
  /** Absent where a page offers no mending. */
  readonly fix?: (findingId: string) => void;
}

/** Findings with their places, the most severe first. */
export function findingList(findings: readonly Finding[], label: string, acts: FindingActs): TemplateResult {
  return html`<ul class="findings" aria-label=${label}>
    ${repeat(
      orderedFindings(findings),
      ({ id }) => id,
      (finding) => findingEntry(finding, acts),
    )}
  </ul>`;
}

function findingEntry({ id, severity, message, rule, source, path, line }: Finding, acts: FindingActs): TemplateResult {
  const [name, tone] = severityIcon[severity];
  const { fix } = acts;
  // Below the first line stands what differs, line by line.
  const [words = '', ...rest] = message.split('\n');
  const details = rest.join('\n');
  return html`<li class="finding">
    ${icon(name, tone)}
    <div class="finding-body">
      <p><strong>${severityWords[severity]}:</strong> ${shownText(words)}</p>
      ${details === '' ? nothing : html`<pre class="block" tabindex="0">${shownText(details)}</pre>`}
      <p class="facts">
        ${path === null ? nothing : placeLink(path, line, acts.open)}
        <span>${shownText(rule === source ? source : `${source}, rule ${rule}`)}</span>
      </p>
    </div>
    ${
      fix === undefined
        ? nothing
        : html`<vscode-button secondary aria-label="Fix with Loki: ${words}" @click=${() => fix(id)}
            >Fix with Loki</vscode-button
          >`
    }
  </li>`;
}

const severityWords = { high: 'High', medium: 'Medium', low: 'Low' } as const;
const severityIcon: Readonly<Record<Finding['severity'], readonly [IconName, string]>> = {
  high: ['failed', 'bad'],
  medium: ['warning', 'doubtful'],
  low: ['info', 'busy'],
};
