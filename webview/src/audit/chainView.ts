import { auditOff } from '#protocol/auditWords';
import { html, nothing, type TemplateResult } from 'lit';
import { copyButton } from '../shared/copyButton.ts';
import { icon } from '../shared/icon.ts';
import { shownText } from '../shared/shownText.ts';
import type { AuditActs, AuditPageState } from './auditState.ts';
import { chainWords, type VerdictWords } from './chainWords.ts';
import { anchorWords, checkpointWords, type KeyWords, type ProofWords } from './proofWords.ts';

/** The card at the top: both verdicts side by side, what vouches for them, what else there is to know, what to do. */
export function chainView({ chain, isVerifying }: AuditPageState, acts: AuditActs): TemplateResult | typeof nothing {
  if (chain === null) return nothing;
  const { icon: name, tone, title, note, verdicts } = chainWords(chain, isVerifying);
  const { verification } = chain;
  const isBroken = verdicts !== null && verification?.valid === false;
  return html`<section
    class="card chain tone-${tone}"
    aria-labelledby="chain-title"
    aria-busy=${isVerifying ? 'true' : 'false'}
  >
    <div class="chain-words">
      ${icon(name, tone)}
      <div class="chain-text">
        <h2 id="chain-title">${title}</h2>
        ${note === null ? nothing : html`<p>${shownText(note)}</p>`}
      </div>
    </div>
    ${
      chain.isDisabled
        ? html`<p class="with-icon audit-off">${icon('warning', 'doubtful')} <strong>${auditOff}.</strong></p>`
        : nothing
    }
    ${isVerifying ? html`<vscode-progress-bar aria-label="Verifying" indeterminate></vscode-progress-bar>` : nothing}
    ${
      verdicts === null || verification === null
        ? nothing
        : html`<div class="proofs">
              ${verdictCell('Integrity', 'nothing altered', verdicts.integrity)}
              ${verdictCell('Completeness', 'nothing missing', verdicts.completeness)}
              ${checkpointCell(checkpointWords(verification), acts)} ${anchorCell(anchorWords(verification), acts)}
            </div>
            ${warningsView(verification.warnings)}`
    }
    <div class="row">
      ${
        chain.isAbsent
          ? nothing
          : html`<vscode-button
              ?disabled=${isVerifying}
              aria-disabled=${isVerifying ? 'true' : 'false'}
              ?secondary=${isBroken}
              @click=${() => {
                if (!isVerifying) acts.verify();
              }}
              >Verify chain</vscode-button
            >`
      }
      ${
        isBroken && verification !== null && verification.brokenAt !== null && verification.entries > 0
          ? html`<vscode-button @click=${acts.showBreak}>Show the break</vscode-button>`
          : nothing
      }
      ${verdicts === null ? threatModelLink(acts) : nothing}
    </div>
  </section>`;
}

function verdictCell(name: string, meaning: string, words: VerdictWords): TemplateResult {
  return html`<section class="proof proof-verdict tone-${words.tone}">
    <h3>${name} <span class="muted meaning">(${meaning}?)</span></h3>
    <p class="with-icon word">${icon(words.icon, words.tone)} <strong>${words.word}</strong></p>
    <p>${shownText(words.sentence)}</p>
  </section>`;
}

function checkpointCell(words: ProofWords & { readonly key: KeyWords | null }, acts: AuditActs): TemplateResult {
  const { key } = words;
  return proofCell(
    'Signed checkpoints',
    words,
    key === null
      ? nothing
      : html`<p class="key">Key <code>${shownText(key.fingerprint)}</code> ${copyButton(key.whole, 'key', acts.say)}</p>
          ${key.isWeaker ? html`<p class="with-icon">${icon('warning', 'doubtful')} <span>${key.kept}</span></p>` : html`<p>${key.kept}</p>`}`,
  );
}

function anchorCell(words: ProofWords, acts: AuditActs): TemplateResult {
  return proofCell('Anchors outside of this machine', words, html`<p>${threatModelLink(acts)}</p>`);
}

function proofCell(
  name: string,
  { icon: symbol, tone, word, sentences }: ProofWords,
  rest: TemplateResult | typeof nothing,
): TemplateResult {
  return html`<section class="proof">
    <h3>${name}</h3>
    <p class="with-icon word">${icon(symbol, tone)} <strong>${word}</strong></p>
    ${sentences.map((sentence) => html`<p>${shownText(sentence)}</p>`)} ${rest}
  </section>`;
}

function warningsView(warnings: readonly string[]): TemplateResult | typeof nothing {
  if (warnings.length === 0) return nothing;
  return html`<section class="warnings" aria-labelledby="warnings-title">
    <h3 id="warnings-title">${warnings.length === 1 ? 'Warning' : `${warnings.length} warnings`}</h3>
    <ul>
      ${warnings.map(
        (warning) => html`<li class="with-icon">${icon('warning', 'doubtful')} ${shownText(asSentence(warning))}</li>`,
      )}
    </ul>
  </section>`;
}

function threatModelLink(acts: AuditActs): TemplateResult {
  return html`<button type="button" class="link" @click=${acts.showThreatModel}>
    What this proves, and against whom (threat model)
  </button>`;
}

/** A name of a file at the beginning stays as it is. */
function asSentence(text: string): string {
  const begun = /^[a-z]+\s/.test(text) ? `${text.slice(0, 1).toUpperCase()}${text.slice(1)}` : text;
  return `${begun}${/[.!?]$/.test(text) ? '' : '.'}`;
}
