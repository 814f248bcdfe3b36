import { ownSecrets } from './ownSecrets.ts';
import { findPersonal } from './personal/findPersonal.ts';
import { scanSecrets, withoutOverlap } from './secrets.ts';
import { unfold } from './unfold.ts';
import type { SecretMatch } from './secretScan.ts';

/** The text with every match replaced by `«redacted:<rule>»`. Nothing about the secret stays, not even its length. */
export function redact(text: string, matches: readonly SecretMatch[]): string {
  let result = '';
  let at = 0;
  for (const { rule, start, end } of withoutOverlap(matches)) {
    result += `${text.slice(at, start)}«redacted:${rule}»`;
    at = end;
  }
  return result + text.slice(at);
}

/** Finds and replaces every secret. */
export async function redactSecrets(text: string): Promise<string> {
  return redact(text, await scanSecrets(text));
}

/** What our own patterns find, replaced at once: for places that cannot wait, as a second net behind `redactSecrets`. */
export function redactSync(text: string): string {
  return redact(text, ownSecrets(text));
}

/** Replaces what is personal, for whoever has switched that on. Secrets are another matter: they are replaced always. */
export function redactPersonal(text: string): string {
  return redact(text, findPersonal(text));
}

const marker = /«\s*redacted\s*:[^»\n]{0,100}»/i;

/**
 * Whether a text carries a redaction marker, also one that is only put together where it is read: writing it into a file
 * would destroy what the marker stands for.
 */
export function hasRedactionMarker(text: string): boolean {
  return marker.test(text) || marker.test(unfold(text)?.text ?? '');
}
