import type { RuleAnswer } from '#protocol/policy';
import { html, nothing, type TemplateResult } from 'lit';
import { placeLink, type OpenPlace } from '../shared/placeLink.ts';
import { decisiveRules, sourceWords } from '../shared/ruleWords.ts';
import { shownText } from '../shared/shownText.ts';
import { sentence } from './taskWords.ts';

/** The rules that decided: which, where it is written, and what would have to change. */
export function rulesView(rules: readonly RuleAnswer[], open: OpenPlace): TemplateResult | typeof nothing {
  const decisive = decisiveRules(rules);
  if (decisive.length === 0) return nothing;
  return html`<ul class="rules" aria-label="Rules">
    ${decisive.map(
      ({ rule, decision, reason, remedy, source }) =>
        html`<li>
          <p>
            ${shownText(sentence(reason))}
            <span class="muted"
              >The rule <code>${shownText(rule)}</code> ${decisionWords[decision]} (${place(source, open)}).</span
            >
          </p>
          ${
            remedy === undefined || decision === 'ALLOW'
              ? nothing
              : html`<p class="muted">Way out: ${shownText(sentence(remedy))}</p>`
          }
        </li>`,
    )}
  </ul>`;
}

function place(source: RuleAnswer['source'], open: OpenPlace): unknown {
  if (source.file === null || source.tier !== 'project') return sourceWords(source);
  return html`project configuration, ${placeLink(source.file, source.line, open)}`;
}

const decisionWords = { ALLOW: 'allows it', DENY: 'denies it', REQUIRE_APPROVAL: 'asks a person' } as const;
