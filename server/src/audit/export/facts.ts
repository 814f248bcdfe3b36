import type { AuditEntry } from '#protocol/audit';
import { isPerson } from '../personal/commitment.ts';
import { recordedMs } from '../query/entryFilter.ts';

/** What all formats want to know of an entry, under names of our own. Texts are null where the entry does not say. */
export interface Facts {
  readonly what: string;
  readonly timeMs: number | null;
  /** The person who acted, without the scheme of the name; null where it was an agent or Loki itself. */
  readonly person: string | null;
  readonly decision: string | null;
  readonly result: string | null;
  readonly reason: string | null;
  readonly stage: string | null;
  readonly outcome: 'success' | 'failure' | 'unknown';
  readonly weight: Weight;
  readonly subject: SubjectKind;
}

/** How much an entry deserves a look: nothing special, a question, a refusal or failure, something about the log itself. */
export type Weight = 'usual' | 'asked' | 'refused' | 'alarming';

/** What `where` names. */
export type SubjectKind = 'file' | 'command' | 'address' | 'other';

const failures = new Set(['failed', 'refused', 'denied', 'expired', 'cancelled', 'blocked', 'malformed']);
const successes = new Set(['done', 'approved', 'finished', 'passed', 'accepted', 'discarded']);
/** What the log says about itself that nobody should have to find by chance. */
const alarming = new Set(['audit_recovered', 'audit_restarted', 'audit_unsigned', 'audit_disabled', 'audit_disk_full']);

export function factsOf(entry: AuditEntry): Facts {
  const { who, metadata } = entry;
  const what = entry.what === null || entry.what === '' ? 'entry' : entry.what;
  const decision = textIn(metadata, 'decision');
  const result = textIn(metadata, 'result');
  const hasFailed = decision === 'DENY' || failures.has(result ?? '');
  const person = who !== null && isPerson(who) ? who.slice(who.indexOf(':') + 1) : null;
  return {
    what,
    timeMs: recordedMs(entry),
    person,
    decision,
    result,
    reason: textIn(metadata, 'reason'),
    stage: textIn(metadata, 'stage'),
    outcome: hasFailed ? 'failure' : successes.has(result ?? '') ? 'success' : 'unknown',
    weight: alarming.has(what)
      ? 'alarming'
      : hasFailed
        ? 'refused'
        : decision === 'REQUIRE_APPROVAL'
          ? 'asked'
          : 'usual',
    subject: subjectOf(what),
  };
}

/** A member of the metadata as text; numbers and truth values as they are written, anything else is not text. */
export function textIn(metadata: AuditEntry['metadata'], name: string): string | null {
  const value = metadata?.[name];
  if (typeof value === 'string') return value === '' ? null : value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : null;
}

export function numberIn(metadata: AuditEntry['metadata'], name: string): number | null {
  const value = metadata?.[name];
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

function subjectOf(what: string): SubjectKind {
  if (what.startsWith('file_')) return 'file';
  if (what === 'command' || what === 'command_execute') return 'command';
  return what === 'fetch' ? 'address' : 'other';
}
