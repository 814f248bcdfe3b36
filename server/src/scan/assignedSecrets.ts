import { entropyOf, isPlaceholder } from './entropy.ts';
import type { SecretMatch } from './secretScan.ts';

const promising =
  /(?:passw(?:or)?d|passphrase|secret|token|credential|(?:api|access|auth|signing|encryption|private)[-_]?key)s?(?![a-z]{3})/i;

// An identifier, taken whole (the lookahead keeps the engine from giving parts of it back), a sign, and a value.
const assignment =
  /(?<![\w.-])(?=(?<name>[\w.-]{3,120}))\k<name>["'`]?\]?\s{0,8}(?:=>|:=|[=:])\s{0,8}(?:(?<quote>["'`])(?<quoted>[^"'`\s]{16,200})\k<quote>|(?<bare>[\w+/=~.!@#%^&*-]{20,200})(?=["'`]?[\s;,})\]]|$))/g;

/**
 * Values that look random and are assigned to a name that promises a secret. Strict about both, since most such lines
 * in a code base are harmless: a value of words, a reference to a variable, a path, a hash of something public.
 */
export function assignedSecrets(text: string): readonly SecretMatch[] {
  const matches: SecretMatch[] = [];
  if (!promising.test(text)) return matches;
  for (const match of text.matchAll(assignment)) {
    if (!promising.test(match.groups?.['name'] ?? '')) continue;
    const value = match.groups?.['quoted'] ?? match.groups?.['bare'] ?? '';
    if (!looksRandom(value, match.groups?.['bare'] !== undefined)) continue;
    const start = match.index + match[0].lastIndexOf(value);
    matches.push({
      rule: 'assigned-secret',
      kind: 'random value assigned to a secret name',
      start,
      end: start + value.length,
      severity: 'medium',
    });
  }
  return matches;
}

function looksRandom(value: string, isBare: boolean): boolean {
  if (isPlaceholder(value) || isUuid.test(value)) return false;
  const digits = value.replace(/\D/g, '').length;
  const letters = value.replace(/[^A-Za-z]/g, '').length;
  if (digits < 3 || letters < 3) return false;
  if (/^(?:https?|file|data|urn|arn|s3|vault|op|sha\d+|md5)[:-]/i.test(value) || /[${}()<>]/.test(value)) return false;
  if (/^[./~]/.test(value) || /\.(?:[a-z]{1,4}|json|yaml|lock|html)$/.test(value)) return false;
  // Words joined by signs, such as `x-amz-security-token-2` or `config.tokens.v2.primary`.
  if (value.split(/[-_./:]/).every((part) => /^(?:[A-Za-z]{0,20}|[A-Za-z]{0,6}\d{1,4}|\d+)$/.test(part))) return false;
  const bits = entropyOf(value);
  const isHex = /^[0-9a-f]+$/i.test(value);
  if (isHex) return value.length >= 32 && bits >= 3;
  return bits >= (isBare ? 4 : 3.7);
}

const isUuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
