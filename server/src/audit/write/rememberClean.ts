import type { Redact } from './redactRecord.ts';

const longestRemembered = 128;
const mostNew = 512;
const mostKnown = 4096;

/**
 * The same redaction, which is not asked again about short texts that it left as they were: names of members, agents and
 * rules are in nearly every entry, and looking for secrets is most of what an entry costs. Texts that come only once, such
 * as digests, are soon forgotten; secrets are never remembered.
 */
export function rememberClean(redact: Redact): Redact {
  const fresh = new Set<string>();
  const known = new Set<string>();
  const remember = (text: string, redacted: string): string => {
    if (redacted !== text || text.length > longestRemembered) return redacted;
    if (fresh.size === mostNew) fresh.clear();
    fresh.add(text);
    return redacted;
  };
  return (text) => {
    if (known.has(text)) return text;
    if (fresh.delete(text)) {
      if (known.size === mostKnown) known.clear();
      known.add(text);
      return text;
    }
    const redacted = redact(text);
    return typeof redacted === 'string' ? remember(text, redacted) : redacted.then((later) => remember(text, later));
  };
}
