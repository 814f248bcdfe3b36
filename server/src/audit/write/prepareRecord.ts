import { Failure } from '../../base/failure.ts';
import { contentText, maxLineBytes, type EntryContent } from '../chain/chain.ts';
import type { AuditRecord } from '../log.ts';
import { redactRecord, tooLarge, type HidePersonal, type Redact, type Redacted } from './redactRecord.ts';
import type { PreparedContent } from './sealGroup.ts';

/** What became of a record before its turn to be written. */
export type Prepared =
  | { readonly kind: 'prepared'; readonly content: PreparedContent; readonly sizeBytes: number }
  | { readonly kind: 'refused'; readonly failure: Failure };

/** Puts commitments in the place of what is personal; the values are durable before it resolves. */
export type Commit = (content: EntryContent) => Promise<EntryContent>;

/**
 * Redacts a record and writes it out but for its place; at once where the redaction answers at once and nothing personal
 * is kept beside the log. Never throws or rejects, so that nobody need listen before its turn.
 */
export function prepareRecord(
  record: AuditRecord,
  timestamp: string,
  redact: Redact,
  commit: Commit | null = null,
  hidePersonal: HidePersonal = null,
): Prepared | Promise<Prepared> {
  const finish = (redacted: Redacted): Prepared | Promise<Prepared> =>
    commit === null ? prepared(redacted) : committed(redacted, commit);
  try {
    const redacted = redactRecord(record, timestamp, redact, hidePersonal);
    return redacted instanceof Promise ? redacted.then(finish, unredacted) : finish(redacted);
  } catch (error) {
    return unredacted(error);
  }
}

async function committed(redacted: Redacted, commit: Commit): Promise<Prepared> {
  if (redacted.kind === 'refused') return refused(redacted.why);
  try {
    const content = await commit(redacted.content);
    return prepared({ kind: 'content', content, text: contentText(content) });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return refused(`what is personal in it could not be kept beside the log (${reason})`, error);
  }
}

function prepared(redacted: Redacted): Prepared {
  if (redacted.kind === 'refused') return refused(redacted.why);
  const { content, text } = redacted;
  const sizeBytes = Buffer.byteLength(text) + placeBytes;
  return sizeBytes > maxLineBytes ? refused(tooLarge) : { kind: 'prepared', content: { content, text }, sizeBytes };
}

/** What its place in the chain and the log's name add to an entry, at most. */
const placeBytes = 512;

function unredacted(error: unknown): Prepared {
  return refused('its secrets could not be removed', error);
}

function refused(why: string, cause?: unknown): Prepared {
  const failure = new Failure('audit_unwritable', `an entry was not written to the audit log: ${why}`, { cause });
  return { kind: 'refused', failure };
}
