/** Shannon entropy of a text, in bits per character. */
export function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}

/**
 * Whether a value only stands for a secret: `AKIAIOSFODNN7EXAMPLE` and its kin from vendors' documentation,
 * `ghp_xxxxxxxx`, `<your key>`, `${TOKEN}`. Nobody can make a real secret look like that, since they do not choose it.
 */
export function isPlaceholder(value: string): boolean {
  return (
    /(.)\1{5}/.test(value) ||
    /(?:example(?:key)?$|your[-_ ]|[-_ ]here$|redacted|placeholder|change[-_]?me|dummy|\.\.\.$)/i.test(value) ||
    /^(?:0123456789|1234567890|abcdef|<.*>$|\$\{|\{\{|%\()/i.test(value)
  );
}
