import type { SecretMatch } from './secretScan.ts';

/** A run of base64 (both alphabets) or hexadecimal digits, also wrapped over lines, from where it is set. */
const encoded = /[A-Za-z0-9+/_-]+(?:\r?\n[ \t+]{0,20}[A-Za-z0-9+/_-]{4,76}(?=\s|=|$|["'`]))*={0,2}/y;
const shortest = 24;
const isDigit = new Uint8Array(256);
for (const digit of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/_-')
  isDigit[digit.charCodeAt(0)] = 1;
const isReadable = /^[\t\n\r\x20-\x7e]+$/;
const probe = 12;

/**
 * Secrets that only show once a run of base64 or hexadecimal digits is decoded. The whole run is the finding: what of it
 * is the secret cannot be cut out without damaging the rest.
 */
export function encodedSecrets(text: string, scan: (text: string) => readonly SecretMatch[]): readonly SecretMatch[] {
  const matches: SecretMatch[] = [];
  for (const { run, index } of runsOf(text)) {
    const decoded = decode(run);
    const [first] = decoded === null ? [] : scan(decoded);
    if (first === undefined) continue;
    matches.push({ ...first, kind: `${first.kind}, encoded`, start: index, end: index + run.length });
  }
  return matches;
}

/** Runs long enough to hold a secret. Looked for by hand: an expression takes several times as long to find so few. */
function* runsOf(text: string): Generator<{ readonly run: string; readonly index: number }> {
  const bytes = Buffer.from(text, 'latin1');
  let start = 0;
  for (let at = 0; at <= bytes.length; at += 1) {
    if (isDigit[bytes[at] ?? 0] === 1) continue;
    if (at - start >= shortest) {
      encoded.lastIndex = start;
      const run = encoded.exec(text)?.[0] ?? '';
      yield { run, index: start };
      at = Math.max(at, start + run.length);
    }
    start = at + 1;
  }
}

/** Null for what decodes to no readable text, which is told from its beginning: most runs are hashes and pictures. */
function decode(run: string): string | null {
  const digits = /^[0-9a-fA-F]{24,}$/.test(run) ? 'hex' : 'base64';
  if (!isReadable.test(Buffer.from(run.slice(0, digits === 'hex' ? probe * 2 : probe), digits).toString('latin1')))
    return null;
  return Buffer.from(run, digits).toString('latin1');
}
