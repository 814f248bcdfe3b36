import { hasRedactionMarker, redactPersonal, redactSecrets } from '../scan/redact.ts';
import { findPersonal } from '../scan/personal/findPersonal.ts';
import { scanSecrets } from '../scan/secrets.ts';

/** What is found in a text: the rules of secrets, a redaction marker, and kinds of personal data such as `email`. */
export interface FoundContent {
  readonly rules: readonly string[];
  readonly hasMarker: boolean;
  /** Missing where nothing looks for personal data; a policy that wants it looked for then refuses. */
  readonly personal?: readonly string[];
}

/** The scan of what enters or leaves: secrets found by rule, and the same text with them taken out. */
export interface ContentScan {
  readonly find: (text: string) => Promise<FoundContent>;
  readonly redact: (text: string) => Promise<string>;
}

export const contentScan: ContentScan = {
  find: async (text) => ({
    rules: [...new Set((await scanSecrets(text)).map(({ rule }) => rule))],
    hasMarker: hasRedactionMarker(text),
    personal: [...new Set(findPersonal(text).map(({ rule }) => rule))],
  }),
  redact: redactSecrets,
};

/** The scan that a configuration asks for: where it says so, what is personal is taken out with the secrets. */
export function contentScanFor({ hidesPersonal }: { readonly hidesPersonal: boolean }): ContentScan {
  if (!hidesPersonal) return contentScan;
  return { ...contentScan, redact: async (text) => redactPersonal(await redactSecrets(text)) };
}
