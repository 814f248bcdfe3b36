import { hasRedactionMarker, redactPersonal, redactSecrets } from '../scan/redact.ts';
import { scanSecrets } from '../scan/secrets.ts';

/** The scan of what enters or leaves: secrets found by rule, and the same text with them taken out. */
export interface ContentScan {
  readonly find: (text: string) => Promise<{ readonly rules: readonly string[]; readonly hasMarker: boolean }>;
  readonly redact: (text: string) => Promise<string>;
}

export const contentScan: ContentScan = {
  find: async (text) => ({
    rules: [...new Set((await scanSecrets(text)).map(({ rule }) => rule))],
    hasMarker: hasRedactionMarker(text),
  }),
  redact: redactSecrets,
};

/** The scan that a configuration asks for: where it says so, what is personal is taken out with the secrets. */
export function contentScanFor({ hidesPersonal }: { readonly hidesPersonal: boolean }): ContentScan {
  if (!hidesPersonal) return contentScan;
  return { ...contentScan, redact: async (text) => redactPersonal(await redactSecrets(text)) };
}
