import type { AuditRecord } from '../log.ts';
import { contentText, maxLineBytes, type EntryContent } from '../chain/chain.ts';

/** Removes secrets from one text. It may take its time; it must not depend on the order of calls. */
export type Redact = (text: string) => string | Promise<string>;

/** Takes what is personal out as well, of everything but `who`; null where nobody has asked for it. */
export type HidePersonal = ((text: string) => string) | null;

/** Deeper nesting is refused, so that every reader can take an entry apart, whatever stack it has. */
const maxDepth = 100;

export type Redacted =
  | {
      readonly kind: 'content';
      readonly content: EntryContent;
      /** `contentText` of it. */
      readonly text: string;
    }
  | { readonly kind: 'refused'; readonly why: string };

/**
 * Turns what a caller says into what may be written: plain JSON in which every text, names of members included, went
 * through `redact`. A record that is no JSON, too deep or too large is refused as a whole. Takes the record as it is now,
 * whatever its caller does with it later.
 */
export function redactRecord(
  record: AuditRecord,
  timestamp: string,
  redact: Redact,
  hidePersonal: HidePersonal = null,
): Redacted | Promise<Redacted> {
  const plain = toPlainJson(record, timestamp);
  if (plain.kind === 'refused') return plain;
  const { content } = plain;
  const named: Found = { redact, changed: new Map(), pending: [] };
  if (content.who !== null) look(content.who, named);
  const found: Found = { redact: redactAll(redact, hidePersonal), changed: new Map(), pending: named.pending };
  for (const text of [content.what, content.where, content.why]) if (text !== null) look(text, found);
  if (!lookInto(content.metadata, found, 1)) return refused(`it is nested more than ${maxDepth} levels deep`);
  const { changed, pending } = found;
  const finish = (): Redacted =>
    changed.size + named.changed.size === 0 ? plain : redacted(content, changed, named.changed);
  return pending.length === 0 ? finish() : Promise.all(pending).then(finish);
}

/** The texts of a record that redaction changed, and those that it is still looking at. */
interface Found {
  readonly redact: Redact;
  readonly changed: Map<string, string>;
  readonly pending: Promise<unknown>[];
}

function look(text: string, { redact, changed, pending }: Found): void {
  const result = redact(text);
  // A promise per text would cost more than all the rest, so there is one only where `redact` takes its time.
  if (typeof result !== 'string') pending.push(result.then((later) => later === text || changed.set(text, later)));
  else if (result !== text) changed.set(text, result);
}

/** False where it is nested too deeply. */
function lookInto(value: unknown, found: Found, depth: number): boolean {
  if (depth > maxDepth) return false;
  if (typeof value === 'string') look(value, found);
  if (Array.isArray(value)) return value.every((item) => lookInto(item, found, depth + 1));
  if (!isRecord(value)) return true;
  for (const name of Object.keys(value)) {
    look(name, found);
    if (!lookInto(value[name], found, depth + 1)) return false;
  }
  return true;
}

function redactAll(redact: Redact, hidePersonal: HidePersonal): Redact {
  if (hidePersonal === null) return redact;
  return (text) => {
    const result = redact(text);
    return typeof result === 'string' ? hidePersonal(result) : result.then(hidePersonal);
  };
}

function redacted(
  { timestamp, who, what, where, why, metadata }: EntryContent,
  changed: Found['changed'],
  named: Found['changed'],
): Redacted {
  const textOf = (text: string | null): string | null => (text === null ? null : (changed.get(text) ?? text));
  const replaced = replaceTexts(metadata, changed);
  const content = {
    timestamp,
    who: who === null ? null : (named.get(who) ?? who),
    what: textOf(what),
    where: textOf(where),
    why: textOf(why),
    metadata: isRecord(replaced) ? replaced : null,
  };
  return { kind: 'content', content, text: contentText(content) };
}

/** What JSON keeps of a record, as it will be read back: dates are text, functions are gone. */
function toPlainJson({ who, what, where, why, metadata }: AuditRecord, timestamp: string): Redacted {
  try {
    const members = stringify(metadata) ?? 'null';
    const text = `"timestamp":${JSON.stringify(timestamp)},"who":${textJson(who)},"what":${textJson(what)},"where":${textJson(where)},"why":${textJson(why)},"metadata":${members}`;
    // Redaction takes time by length, so what cannot fit is turned away before it.
    if (text.length > maxLineBytes) return refused(tooLarge);
    // Written, read and written again, JSON stays the same, so the text need not be made a second time.
    const value: unknown = JSON.parse(members);
    const content = { timestamp, who, what, where, why, metadata: isRecord(value) ? value : null };
    return { kind: 'content', content, text: content.metadata === null ? contentText(content) : text };
  } catch (error) {
    return refused(
      `it cannot be written as JSON (${error instanceof Error ? error.message.split('\n')[0] : 'unknown'})`,
    );
  }
}

function textJson(text: string | null): string {
  return text === null ? 'null' : JSON.stringify(text);
}

/** A replacer makes it several times slower, and only large integers need one. Undefined where nothing is left. */
function stringify(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return JSON.stringify(value, (_name, member: unknown) => (typeof member === 'bigint' ? String(member) : member));
  }
}

export const tooLarge = `it is larger than an entry may be (${maxLineBytes} bytes); keep large content beside the log and record its digest`;

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
