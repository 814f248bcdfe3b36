import type { SecretMatch } from './secretScan.ts';
import { isChosenPassword, looksRandom } from './secretValue.ts';

/** Part of every name that promises a secret. */
const keyword = /passw|passphrase|passcode|pwd|pass(?![a-z])|secret|token|credential|key|auth/gi;
const nameBefore = /[\w.-]{0,60}$/;

/**
 * What comes between a name and its value: an assignment in any language, the pair of a name and a value in manifests,
 * the end of a tag, an opening parenthesis, or nothing but space, as options and Dockerfiles have it.
 */
const afterName =
  /(?<tail>[\w.-]{0,40})(?:(?<assign>["'`]?\]?(?:\s{0,4}:\s{0,4}[A-Za-z][\w<>| ]{0,24}(?=\s{0,4}=))?\s{0,8}(?:=>|:=|\|\|=|\?\?=|\?=|[=:])\s{0,8})|(?<pair>["']?\s{0,4},?\s{0,40}["']?value["']?\s{0,4}[:=]\s{0,4})|(?<tag>>)|(?<call>["'`]?\s{0,2}[(,]\s{0,4})|(?<space>["']? {1,4}))(?:(?<quote>["'`])(?<quoted>[^"'`\s]{8,300})\k<quote>|(?=(?<bare>[^\s"'`,;(){}<>[\]\\]{10,300}))\k<bare>(?=["'`]?[\s;,)}\]<\\]|$))/y;

/**
 * Values that look random, or like a password that somebody made up, and are given to a name that promises a secret.
 * Strict about both, since most such lines in a code base are harmless.
 */
export function assignedSecrets(text: string): readonly SecretMatch[] {
  const matches: SecretMatch[] = [];
  let lastEnd = 0;
  for (const found of text.matchAll(keyword)) {
    const wordEnd = found.index + found[0].length;
    if (wordEnd < lastEnd) continue;
    afterName.lastIndex = wordEnd;
    const match = afterName.exec(text);
    if (match === null) continue;
    const { tail = '', quoted, bare, space, tag, call } = match.groups ?? {};
    const head = nameBefore.exec(text.slice(Math.max(0, found.index - 60), found.index))?.[0] ?? '';
    const promise = promiseOf(head + found[0] + tail);
    const value = quoted ?? bare ?? '';
    const isLoose = space !== undefined || call !== undefined;
    if (promise === 'none' || (call !== undefined && quoted === undefined)) continue;
    const isBare = quoted === undefined && tag === undefined;
    const isDrawn = value.length >= (isBare ? 20 : 16) && looksRandom(value, isBare);
    const isMadeUp = promise === 'password' && !isLoose && isPasswordValue(value, isBare);
    if (!isDrawn && !isMadeUp) continue;
    const end = match.index + match[0].length - (match.groups?.['quote']?.length ?? 0);
    matches.push({
      rule: isDrawn ? 'assigned-secret' : 'assigned-password',
      kind: isDrawn ? 'random value assigned to a secret name' : 'password assigned to a name',
      start: end - value.length,
      end,
      severity: 'medium',
    });
    lastEnd = end;
  }
  return matches;
}

/** Without quotes code looks like a value too: then only a value with a sign that no expression has. */
function isPasswordValue(value: string, isBare: boolean): boolean {
  return isChosenPassword(value) && (!isBare || /[!#%^@]/.test(value)) && !/^(?:https?|file|\.{0,2}\/)/.test(value);
}

const passwordWords = /^(?:.{0,30}(?:password|passwd|passphrase|passcode)|pwd|pass|.{0,30}pwd)$/;
const secretWords =
  /^(?:.{0,30}(?:secret|secrets|token|tokens|credential|credentials|apikey|authkey|privatekey|accesskey)|auth)$/;
const keyBefore = new Set(
  'api app access auth signing encryption private master account service license shared storage secret client deploy webhook admin ssh hmac jwt session crypt cipher vault'.split(
    ' ',
  ),
);
/** What a name says last when it speaks about a secret without holding it. */
const about = new Set(
  'type types name names url uri id ids length count path file files header headers field endpoint expiry expires hash digest pattern regex regexp format label placeholder prefix suffix kind public message error description version index offset position algorithm policy'.split(
    ' ',
  ),
);

/** What a name such as `DB_PASSWORD`, `clientSecret` or `auth-token` promises. */
function promiseOf(name: string): 'password' | 'secret' | 'none' {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((word) => word !== '');
  if (about.has(words.at(-1) ?? '')) return 'none';
  if (words.some((word) => passwordWords.test(word))) return 'password';
  if (words.some((word, at) => secretWords.test(word) || (/^keys?$/.test(word) && keyBefore.has(words[at - 1] ?? ''))))
    return 'secret';
  return 'none';
}
