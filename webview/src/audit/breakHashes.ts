import type { AuditEntry } from '#protocol/audit';
import { html, nothing, type TemplateResult } from 'lit';
import { until } from 'lit/directives/until.js';

/** A hash that is not what it should be. */
export interface HashClash {
  readonly expectedName: string;
  readonly expected: string;
  readonly actualName: string;
  readonly actual: string;
}

/**
 * Where the chain breaks: the hashes that should be equal and are not, computed here from what is shown, so that they say
 * nothing where the bytes differ in spelling only. The verdict is the engine's alone.
 */
export async function hashClashes(entry: AuditEntry, before: AuditEntry | null): Promise<readonly HashClash[]> {
  const clashes: HashClash[] = [];
  const actual = await contentHash(entry);
  if (actual !== null && actual !== entry.hash) {
    clashes.push({
      expectedName: 'Expected: the hash that it was given',
      expected: entry.hash,
      actualName: 'Actual: the hash of what is here now',
      actual,
    });
  }
  if (before !== null && before.seq === entry.seq - 1 && before.hash !== entry.previousHash) {
    clashes.push({
      expectedName: 'Expected: the hash that it names for the entry before it',
      expected: entry.previousHash,
      actualName: `Actual: the hash of entry ${before.seq}`,
      actual: before.hash,
    });
  }
  return clashes;
}

/** Drawn as soon as the hashes are computed. */
export function breakHashes(
  entry: AuditEntry,
  before: AuditEntry | null,
  draw: (clash: HashClash) => TemplateResult,
): TemplateResult {
  const drawn = async (): Promise<TemplateResult | typeof nothing> => {
    const clashes = await clashesOf(entry, before);
    return clashes.length === 0 ? nothing : html`${clashes.map(draw)}`;
  };
  return html`${until(drawn(), nothing)}`;
}

/** What was computed for an entry: it is drawn again with every scroll. */
const known = new WeakMap<
  AuditEntry,
  { readonly before: AuditEntry | null; readonly clashes: Promise<readonly HashClash[]> }
>();

async function clashesOf(entry: AuditEntry, before: AuditEntry | null): Promise<readonly HashClash[]> {
  const computed = known.get(entry);
  if (computed !== undefined && computed.before === before) return await computed.clashes;
  const clashes = hashClashes(entry, before);
  known.set(entry, { before, clashes });
  return await clashes;
}

/** SHA-256 over the entry as it is written without its hash; null where the browser offers none. */
async function contentHash({
  seq,
  timestamp,
  who,
  what,
  where,
  why,
  metadata,
  previousHash,
}: AuditEntry): Promise<string | null> {
  const text = JSON.stringify({ seq, timestamp, who, what, where, why, metadata, previousHash });
  try {
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
    return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  } catch {
    return null;
  }
}
