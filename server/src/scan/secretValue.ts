import { entropyOf, isPlaceholder } from './entropy.ts';

/** Whether a value only says where the real one comes from: `${VAR}`, `$(cat file)`, `{{ secret }}`, `%s`, `process.env.X`. */
export function isTemplate(value: string): boolean {
  return (
    /[${}<>]|^%|%[sdv(]|^\[|^\*|^@|\\\(|#\{/.test(value) ||
    /^(?:process\.|os\.|env[.:]|import\.|self\.|this\.|config\.|secrets?[.:/]|vars?[.:]|vault[:/]|ref\+|op:|arn:|urn:|ENC\[|!|projects\/)/i.test(
      value,
    ) ||
    /^[x*.•_-]+$/i.test(value)
  );
}

const weakWords =
  /pass(?:w(?:or)?d)?|p[a@]ss?w[o0]rd|secret|root|admin|test|user|guest|example|sample|dummy|fake|mock|change|default|qwerty|letmein|welcome|foo|bar|baz|hunter2|12345|abc(?:d|123)|postgres|mysql|mongo|rabbit|redis|minio|docker|localhost|hello|world|token|insert|replace|here|todo|none|null|undefined|true|false|string|value|key|correct|horse|battery|staple|swordfish|invalid|wrong|super|strong|demo|temp/i;

/** A password such as examples and tests have: made of words that everyone knows. */
export function isWeakPassword(value: string): boolean {
  if (isPlaceholder(value) || value.length < 4) return true;
  const rest = value.replaceAll(new RegExp(weakWords, 'gi'), '').replace(/[^A-Za-z0-9]/g, '');
  return rest.length < 6 || new Set(rest.toLowerCase()).size < 4;
}

/** A password that somebody made up to be strong: long enough, of several kinds of characters, and of no common words. */
export function isChosenPassword(value: string): boolean {
  if (value.length < 10 || /\s/.test(value) || weakWords.test(value) || isTemplate(value)) return false;
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9]/].filter((kind) => kind.test(value)).length;
  return kinds >= 3 && /\d/.test(value) && entropyOf(value) >= 3;
}

const isUuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** Prefixes of kinds that have a rule of their own, which knows better what a real one looks like. */
const ownKind = /^(?:xox[a-z]-|sk-ant-|AKIA|gh[a-z]_|hf_|eyJ)/;

/**
 * Whether a value looks as if a machine had drawn it. Strict, since most values in a code base are harmless: words, a
 * reference to a variable, a path, a hash of something public.
 */
export function looksRandom(value: string, isBare: boolean): boolean {
  if (isPlaceholder(value) || isUuid.test(value) || ownKind.test(value) || isTemplate(value)) return false;
  const digits = value.replace(/\D/g, '').length;
  const letters = value.replace(/[^A-Za-z]/g, '').length;
  if (digits < 3 || letters < 3 || /[()]/.test(value)) return false;
  if (/^(?:https?|file|data|urn|arn|s3|gs|vault|op|sha\d+|md5)[:-]/i.test(value)) return false;
  if (/^[./~]/.test(value) || /\.(?:[a-z]{1,4}|json|yaml|lock|html)$/.test(value)) return false;
  if (/fake|dummy|sample|mock|insert|todo|test[-_]|[-_]test/i.test(value) || hasRun(value)) return false;
  // Words joined by signs, such as `x-amz-security-token-2` or `config.tokens.v2.primary`.
  if (value.split(/[-_./:]/).every((part) => /^(?:[A-Za-z]{0,20}|[A-Za-z]{0,6}\d{1,4}|\d+)$/.test(part))) return false;
  const bits = entropyOf(value);
  // Hexadecimal digits in both cases come from no machine.
  if (/^[0-9a-f]+$/i.test(value))
    return value.length >= 32 && bits >= 3 && !(/[a-f]/.test(value) && /[A-F]/.test(value));
  return bits >= (isBare ? 4 : 3.7);
}

/** Eight characters that follow one another, as in `abcdefgh` and `12345678`, or three that repeat, as in `abc123abc123abc`. */
export function hasRun(value: string): boolean {
  let length = 1;
  for (let at = 1; at < value.length; at += 1) {
    length = value.charCodeAt(at) === value.charCodeAt(at - 1) + 1 ? length + 1 : 1;
    if (length >= 8) return true;
  }
  return /([A-Za-z0-9]{3,8})\1\1/.test(value);
}
