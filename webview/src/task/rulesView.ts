import { isWarning, type RuleAnswer } from '#protocol/policy';
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
      (answer) =>
        html`<li>
          <p>
            ${shownText(sentence(answer.reason))}
            <span class="muted"
              >The rule <code>${shownText(answer.rule)}</code> ${verbOf(answer)} (${place(answer.source, open)}).</span
            >
          </p>
          ${
            answer.remedy === undefined || (answer.decision === 'ALLOW' && !isWarning(answer))
              ? nothing
              : html`<p class="muted">Way out: ${shownText(sentence(answer.remedy))}</p>`
          }
        </li>`,
    )}
  </ul>`;
}

function place(source: RuleAnswer['source'], open: OpenPlace): unknown {
  if (source.file === null || source.tier !== 'project') return sourceWords(source);
  return html`project configuration, ${placeLink(source.file, source.line, open)}`;
}

function verbOf({ decision, warning, wouldDecide }: RuleAnswer): string {
  if (wouldDecide !== undefined) return 'only watches (monitor mode)';
  return warning === true ? 'warns of it' : decisionWords[decision];
}

const decisionWords = { ALLOW: 'allows it', DENY: 'denies it', REQUIRE_APPROVAL: 'asks a person' } as const;
