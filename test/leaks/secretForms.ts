/** One way in which a secret may stand in bytes. */
export interface SecretForm {
  readonly name: string;
  readonly bytes: Buffer;
}

/**
 * Every form that a leak of a secret is looked for in: as it is, each half of it, in wide characters, in base64 wherever
 * it begins in what is encoded, in hex, escaped for an address, for JSON (also within JSON) and for HTML.
 */
export function secretForms(secret: string): readonly SecretForm[] {
  const middle = Math.floor(secret.length / 2);
  const json = JSON.stringify(secret).slice(1, -1);
  const hex = Buffer.from(secret).toString('hex');
  // Keys are plain ASCII: a byte is a letter.
  const each = (code: (unit: number) => string): string => Array.from(Buffer.from(secret), code).join('');
  const forms: readonly (readonly [string, string])[] = [
    ['plain', secret],
    ['first half', secret.slice(0, middle)],
    ['second half', secret.slice(middle)],
    ...base64Forms(secret),
    ['hex', hex],
    ['hex in capitals', hex.toUpperCase()],
    ['escaped for an address', encodeURIComponent(secret)],
    ['escaped for an address, every letter', each((unit) => `%${unit.toString(16).padStart(2, '0')}`)],
    ['escaped for an address, every letter, in capitals', each((unit) => `%${unit.toString(16).toUpperCase()}`)],
    ['JSON', json],
    ['JSON within JSON', JSON.stringify(json).slice(1, -1)],
    ['JSON, every letter', each((unit) => `\\u${unit.toString(16).padStart(4, '0')}`)],
    ['HTML', secret.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')],
    ['backwards', Buffer.from(Buffer.from(secret).toReversed()).toString()],
  ];
  return [
    ...forms.map(([name, text]) => ({ name, bytes: Buffer.from(text) })),
    { name: 'wide', bytes: Buffer.from(secret, 'utf16le') },
  ];
}

/** What of the secret's base64 does not depend on what stands before and behind it, for each place it may begin at. */
function base64Forms(secret: string): readonly (readonly [string, string])[] {
  const length = Buffer.byteLength(secret);
  return [0, 1, 2].flatMap((before) => {
    const encoded = Buffer.from(`${'\0'.repeat(before)}${secret}`).toString('base64');
    const whole = encoded.slice(Math.ceil((before * 4) / 3), Math.floor(((before + length) * 4) / 3));
    const address = whole.replaceAll('+', '-').replaceAll('/', '_');
    return [
      [`base64 at ${before}`, whole],
      [`base64url at ${before}`, address],
    ] as const;
  });
}
