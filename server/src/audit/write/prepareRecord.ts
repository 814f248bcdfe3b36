import { Failure } from '../../base/failure.ts';
import { contentText, maxLineBytes, type EntryContent } from '../chain/chain.ts';
import type { AuditRecord } from '../log.ts';
import { redactRecord, tooLarge, type Redact } from './redactRecord.ts';
import type { PreparedContent } from './sealGroup.ts';

/** What became of a record before its turn to be written. */
export type Prepared =
  | { readonly kind: 'prepared'; readonly content: PreparedContent; readonly sizeBytes: number }
  | { readonly kind: 'refused'; readonly failure: Failure };

/** Puts commitments in the place of what is personal; the values are durable before it resolves. */
export type Commit = (content: EntryContent) => Promise<EntryContent>;

/** Redacts a record and writes it out but for its place. Never rejects, so that nobody need listen before its turn. */
export async function prepareRecord(
  record: AuditRecord,
  timestamp: string,
  redact: Redact,
  commit: Commit | null = null,
): Promise<Prepared> {
  try {
    const redacted = await redactRecord(record, timestamp, redact);
    if (redacted.kind === 'refused') return refused(redacted.why);
    return commit === null ? prepared(redacted.content) : await committed(redacted.content, commit);
  } catch (error) {
    return refused('its secrets could not be removed', error);
  }
}

async function committed(content: EntryContent, commit: Commit): Promise<Prepared> {
  try {
    return prepared(await commit(content));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return refused(`what is personal in it could not be kept beside the log (${reason})`, error);
  }
}

function prepared(content: EntryContent): Prepared {
  const text = contentText(content);
  const sizeBytes = Buffer.byteLength(text) + placeBytes;
  if (sizeBytes > maxLineBytes) return refused(tooLarge);
  return { kind: 'prepared', content: { content, text }, sizeBytes };
}

/** What its place in the chain and the log's name add to an entry, at most. */
const placeBytes = 512;

function refused(why: string, cause?: unknown): Prepared {
  const failure = new Failure('audit_unwritable', `an entry was not written to the audit log: ${why}`, { cause });
  return { kind: 'refused', failure };
}
