import type { SecretMatch } from '../secretScan.ts';
import { cards } from './card.ts';
import { emails } from './email.ts';
import { phones } from './phone.ts';
import { socialSecurityNumbers } from './socialSecurity.ts';

/** The more telling kind first: where two see the same digits, it is the one that is named. */
const kinds = [
  { rule: 'email', kind: 'e-mail address', find: emails },
  { rule: 'card', kind: 'number of a payment card', find: cards },
  { rule: 'social-security-number', kind: 'social security number', find: socialSecurityNumbers },
  { rule: 'phone', kind: 'telephone number', find: phones },
] as const;

/**
 * What is personal in a text, in the order of the text; no two overlap. Kind and place, never the value. Asked only where
 * somebody has switched it on. Pure and synchronous.
 */
export function findPersonal(text: string): readonly SecretMatch[] {
  const matches: SecretMatch[] = [];
  for (const { rule, kind, find } of kinds) {
    for (const { start, end } of find(text)) {
      if (matches.some((known) => known.start < end && start < known.end)) continue;
      matches.push({ rule, kind, start, end, severity: 'medium' });
    }
  }
  return matches.sort((a, b) => a.start - b.start);
}
