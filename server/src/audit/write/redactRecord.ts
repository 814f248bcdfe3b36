import type { AuditRecord } from '../log.ts';
import { maxLineBytes, type EntryContent } from '../chain/chain.ts';

/** Removes secrets from one text. It may take its time; it must not depend on the order of calls. */
export type Redact = (text: string) => string | Promise<string>;

/** Deeper nesting is refused, so that every reader can take an entry apart, whatever stack it has. */
const maxDepth = 100;

export type Redacted =
  { readonly kind: 'content'; readonly content: EntryContent } | { readonly kind: 'refused'; readonly why: string };

/**
 * Turns what a caller says into what may be written: plain JSON in which every text, names of members included, went
 * through `redact`. A record that is no JSON, too deep or too large is refused as a whole. Takes the record as it is now,
 * whatever its caller does with it later.
 */
export function redactRecord(record: AuditRecord, timestamp: string, redact: Redact): Redacted | Promise<Redacted> {
  const parts = toPlainJson([record.who, record.what, record.where, record.why, record.metadata]);
  if (parts.kind === 'refused') return parts;
  const texts = new Set<string>();
  if (!collectTexts(parts.value, texts, 0)) return refused(`it is nested more than ${maxDepth} levels deep`);
  const changed = new Map<string, string>();
  const pending: Promise<unknown>[] = [];
  for (const text of texts) {
    const redacted = redact(text);
    // A promise per text would cost more than all the rest, so there is one only where `redact` takes its time.
    if (typeof redacted !== 'string')
      pending.push(redacted.then((later) => later === text || changed.set(text, later)));
    else if (redacted !== text) changed.set(text, redacted);
  }
  const finish = (): Redacted => contentOf(timestamp, changed.size === 0 ? parts.value : parts.value.map(replaced));
  const replaced = (part: unknown): unknown => replaceTexts(part, changed);
  return pending.length === 0 ? finish() : Promise.all(pending).then(finish);
}

function contentOf(timestamp: string, [who, what, where, why, metadata]: readonly unknown[]): Redacted {
  const content = {
    timestamp,
    who: typeof who === 'string' ? who : null,
    what: typeof what === 'string' ? what : null,
    where: typeof where === 'string' ? where : null,
    why: typeof why === 'string' ? why : null,
    metadata: isRecord(metadata) ? metadata : null,
  };
  return { kind: 'content', content };
}

/** What JSON keeps of a value, as it will be read back: dates are text, functions are gone. */
function toPlainJson(
  parts: readonly unknown[],
): { readonly kind: 'plain'; readonly value: readonly unknown[] } | { readonly kind: 'refused'; readonly why: string } {
  try {
    const text = stringify(parts);
    // Redaction takes time by length, so what cannot fit is turned away before it.
    if (text.length > maxLineBytes) return refused(tooLarge);
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? { kind: 'plain', value } : refused('it is not JSON');
  } catch (error) {
    return refused(
      `it cannot be written as JSON (${error instanceof Error ? error.message.split('\n')[0] : 'unknown'})`,
    );
  }
}

/** A replacer makes it several times slower, and only large integers need one. */
function stringify(parts: readonly unknown[]): string {
  try {
    return JSON.stringify(parts);
  } catch {
    return JSON.stringify(parts, (_name, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
  }
}

export const tooLarge = `it is larger than an entry may be (${maxLineBytes} bytes); keep large content beside the log and record its digest`;

function collectTexts(value: unknown, texts: Set<string>, depth: number): boolean {
  if (depth > maxDepth) return false;
  if (typeof value === 'string') texts.add(value);
  if (Array.isArray(value)) return value.every((item) => collectTexts(item, texts, depth + 1));
  if (!isRecord(value)) return true;
  return Object.keys(value).every((name) => {
    texts.add(name);
    return collectTexts(value[name], texts, depth + 1);
  });
}

function replaceTexts(value: unknown, changed: ReadonlyMap<string, string>): unknown {
  if (typeof value === 'string') return changed.get(value) ?? value;
  if (Array.isArray(value)) return value.map((item) => replaceTexts(item, changed));
  if (!isRecord(value)) return value;
  const used = new Set<string>();
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      distinct(changed.get(name) ?? name, used),
      replaceTexts(member, changed),
    ]),
  );
}

/** Two names that were redacted to the same text must not swallow one another's values. */
function distinct(name: string, used: Set<string>): string {
  let candidate = name;
  for (let copy = 2; used.has(candidate); copy += 1) candidate = `${name} (${copy})`;
  used.add(candidate);
  return candidate;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refused(why: string): { readonly kind: 'refused'; readonly why: string } {
  return { kind: 'refused', why };
}
