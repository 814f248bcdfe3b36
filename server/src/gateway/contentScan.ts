/** The scan of what enters or leaves: secrets found by rule, and the same text with them taken out. */
export interface ContentScan {
  find(text: string): Promise<{ readonly rules: readonly string[]; readonly hasMarker: boolean }>;
  redact(text: string): Promise<string>;
}
