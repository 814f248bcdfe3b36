/**
 * A pattern of secrets that Loki looks for itself. No pattern may backtrack over more than one bounded run of
 * characters: a scan takes time by the length of its text, whoever wrote it.
 */
export interface SecretRule {
  /** Also the name in a redaction marker: lower case letters, digits and hyphens. */
  readonly rule: string;
  readonly kind: string;
  readonly severity: 'high' | 'medium';
  /** One of these, of three characters at least, occurs in every text that matches; none: it is always tried. */
  readonly hints: readonly string[];
  /** Global; the group `secret`, or else the whole match, is what is hidden. */
  readonly pattern: RegExp;
  /** Bits per character that the secret has at least; guards the patterns that words could match by chance. */
  readonly minEntropy?: number;
  /** Says no to what only looks like one. */
  readonly isReal?: (secret: string, match: string) => boolean;
}

type Guards = Pick<SecretRule, 'minEntropy' | 'isReal'>;

/** A rule whose match is a secret whatever stands around it. */
export function high(
  rule: string,
  kind: string,
  hints: readonly string[],
  pattern: RegExp,
  guards: number | Guards = {},
): SecretRule {
  return { rule, kind, severity: 'high', hints, pattern, ...guardsOf(guards) };
}

/** A rule whose match may also be a value for a test or an example. */
export function medium(
  rule: string,
  kind: string,
  hints: readonly string[],
  pattern: RegExp,
  guards: number | Guards = {},
): SecretRule {
  return { rule, kind, severity: 'medium', hints, pattern, ...guardsOf(guards) };
}

function guardsOf(guards: number | Guards): Guards {
  return typeof guards === 'number' ? { minEntropy: guards } : guards;
}
