import { Failure } from '../../base/failure.ts';
import { contentText, maxLineBytes } from '../chain/chain.ts';
import type { AuditRecord } from '../log.ts';
import { redactRecord, tooLarge, type Redact } from './redactRecord.ts';
import type { PreparedContent } from './sealGroup.ts';

/** What became of a record before its turn to be written. */
export type Prepared =
  | { readonly kind: 'prepared'; readonly content: PreparedContent; readonly sizeBytes: number }
  | { readonly kind: 'refused'; readonly failure: Failure };

/** Redacts a record and writes it out but for its place. Never rejects, so that nobody need listen before its turn. */
export async function prepareRecord(record: AuditRecord, timestamp: string, redact: Redact): Promise<Prepared> {
  try {
    const redacted = await redactRecord(record, timestamp, redact);
    if (redacted.kind === 'refused') return refused(redacted.why);
    const text = contentText(redacted.content);
    const sizeBytes = Buffer.byteLength(text) + placeBytes;
    if (sizeBytes > maxLineBytes) return refused(tooLarge);
    return { kind: 'prepared', content: { content: redacted.content, text }, sizeBytes };
  } catch (error) {
    return refused('its secrets could not be removed', error);
  }
}

/** What its place in the chain and the log's name add to an entry, at most. */
const placeBytes = 512;

function refused(why: string, cause?: unknown): Prepared {
  const failure = new Failure('audit_unwritable', `an entry was not written to the audit log: ${why}`, { cause });
  return { kind: 'refused', failure };
}
