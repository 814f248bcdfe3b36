import { assignedSecrets } from './assignedSecrets.ts';
import { entropyOf, isPlaceholder } from './entropy.ts';
import { ownRules } from './ownRules.ts';
import { privateKeys } from './privateKeys.ts';
import type { SecretMatch } from './secretScan.ts';

/** The secrets that our own patterns find, in the order of the text. Pure and synchronous. */
export function ownSecrets(text: string): readonly SecretMatch[] {
  const lower = text.toLowerCase();
  const matches: SecretMatch[] = [...privateKeys(text)];
  for (const { rule, kind, severity, hints, pattern, minEntropy } of ownRules) {
    if (!hints.some((hint) => lower.includes(hint))) continue;
    for (const match of text.matchAll(pattern)) {
      const secret = match.groups?.['secret'] ?? match[0];
      if (isPlaceholder(secret) || entropyOf(secret) < (minEntropy ?? 0)) continue;
      const start = match.index + match[0].lastIndexOf(secret);
      matches.push({ rule, kind, start, end: start + secret.length, severity });
    }
  }
  for (const match of assignedSecrets(text)) {
    // A named kind says more than "something secret was assigned".
    if (!matches.some((known) => known.start < match.end && match.start < known.end)) matches.push(match);
  }
  return matches.sort((a, b) => a.start - b.start || b.end - a.end);
}
