import { assignedSecrets } from './assignedSecrets.ts';
import { encodedSecrets } from './encodedSecrets.ts';
import { entropyOf, isPlaceholder } from './entropy.ts';
import { hintFinder } from './hints.ts';
import { kubernetesSecrets } from './kubernetesSecrets.ts';
import { privateKeys } from './privateKeys.ts';
import { carrierRules } from './rules/carrierRules.ts';
import { cloudRules } from './rules/cloudRules.ts';
import { codeRules } from './rules/codeRules.ts';
import { modelRules } from './rules/modelRules.ts';
import { serviceRules } from './rules/serviceRules.ts';
import type { SecretRule } from './rules/secretRule.ts';
import type { SecretMatch } from './secretScan.ts';
import { unfold } from './unfold.ts';

const ownRules: readonly SecretRule[] = [...carrierRules, ...cloudRules, ...codeRules, ...modelRules, ...serviceRules];

const findHints = hintFinder(ownRules.flatMap(({ hints }) => hints));

/** How often something may be encoded in something encoded. */
const maxDepth = 2;

/** The secrets that our own patterns find, in the order of the text; they may overlap. Pure and synchronous. */
export function ownSecrets(text: string): readonly SecretMatch[] {
  const matches = [...knownSecrets(text, maxDepth), ...kubernetesSecrets(text)];
  for (const match of assignedSecrets(text)) {
    // A named kind says more than "something secret was assigned".
    if (!matches.some((known) => known.start < match.end && match.start < known.end)) matches.push(match);
  }
  return matches.sort((a, b) => a.start - b.start || b.end - a.end);
}

/** What is a secret wherever it stands: as it is written, as it reads once unfolded, and in what is encoded. */
function knownSecrets(text: string, depth: number): readonly SecretMatch[] {
  const matches = [...patternSecrets(text)];
  const unfolded = unfold(text);
  if (unfolded !== null) {
    for (const { start, end, ...match } of patternSecrets(unfolded.text)) {
      matches.push({ ...match, start: unfolded.at(start), end: unfolded.at(end - 1) + 1 });
    }
  }
  if (depth > 0) matches.push(...encodedSecrets(text, (decoded) => knownSecrets(decoded, depth - 1)));
  return matches;
}

function patternSecrets(text: string): readonly SecretMatch[] {
  const hinted = findHints(text);
  const matches: SecretMatch[] = [...privateKeys(text)];
  for (const { rule, kind, severity, hints, pattern, minEntropy = 0, isReal } of ownRules) {
    if (hints.length > 0 && !hints.some((hint) => hinted.has(hint))) continue;
    for (const match of text.matchAll(pattern)) {
      const secret = match.groups?.['secret'] ?? match[0];
      if (isPlaceholder(secret) || entropyOf(secret) < minEntropy || isReal?.(secret, match[0]) === false) continue;
      const start = match.index + match[0].lastIndexOf(secret);
      matches.push({ rule, kind, start, end: start + secret.length, severity });
    }
  }
  return matches;
}
