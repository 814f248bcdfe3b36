import type { Redact } from './redactRecord.ts';

const longestRemembered = 128;
const mostRemembered = 4096;

/**
 * The same redaction, which is not asked again about short texts that it left as they were: names of members, agents and
 * rules are in nearly every entry, and looking for secrets is most of what an entry costs. Secrets are never remembered.
 */
export function rememberClean(redact: Redact): Redact {
  const clean = new Set<string>();
  const remember = (text: string, redacted: string): string => {
    if (redacted !== text || text.length > longestRemembered) return redacted;
    if (clean.size === mostRemembered) clean.clear();
    clean.add(text);
    return redacted;
  };
  return (text) => {
    if (clean.has(text)) return text;
    const redacted = redact(text);
    return typeof redacted === 'string' ? remember(text, redacted) : redacted.then((later) => remember(text, later));
  };
}
