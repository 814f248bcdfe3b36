import type { SecretMatch } from './secretScan.ts';

/** A key's text is at most this long; the largest RSA keys have about 13,000 characters. */
const maxLength = 20_000;

/** Private keys in armour (PEM, OpenSSH, PGP), also cut off before their end, indented, quoted or with `\n` spelt out. */
export function privateKeys(text: string): readonly SecretMatch[] {
  const matches: SecretMatch[] = [];
  if (!text.includes('PRIVATE KEY')) return matches;
  for (const head of text.matchAll(/-----BEGIN (?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY(?: BLOCK)?-----/g)) {
    const bodyStart = head.index + head[0].length;
    // No key's text holds five hyphens: the next ones begin its end mark, or the start of another key.
    const next = text.indexOf('-----', bodyStart);
    const isClosed = next >= 0 && next - bodyStart <= maxLength;
    const body = isClosed ? text.slice(bodyStart, next) : bodyOf(text.slice(bodyStart, bodyStart + maxLength));
    const tail = isClosed ? /^-----END [A-Z0-9 ]{0,60}-----/.exec(text.slice(next, next + 80)) : null;
    // The armour around a placeholder is no secret.
    if (body.replace(/\\[nr]/g, '').replace(/[^A-Za-z0-9+/=]/g, '').length < 40) continue;
    const end = bodyStart + body.length + (tail?.[0].length ?? 0);
    matches.push({ rule: 'private-key', kind: 'private key', start: head.index, end, severity: 'high' });
  }
  return matches;
}

/** Without an end marker: as far as lines look like the inside of a key. */
function bodyOf(window: string): string {
  return /^(?:[\sA-Za-z0-9+/=\\"',>|#*-]|(?:Proc-Type|DEK-Info|Version|Comment):[^\n]*)*/.exec(window)?.[0] ?? '';
}
