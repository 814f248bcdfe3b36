/** A secret, or something personal, in a text: where, and by which rule; never what it says. Offsets are UTF-16 code units. */
export interface SecretMatch {
  readonly rule: string;
  readonly kind: string;
  readonly start: number;
  readonly end: number;
  readonly severity: 'high' | 'medium';
}
