import type { AuditEntry } from '#protocol/audit';
import { decisionKind, decisionWords } from '#protocol/policy';
import type { IconName } from '../shared/icon.ts';

/** A text member of an entry's metadata, or null. */
export function metadataText({ metadata }: AuditEntry, name: string): string | null {
  const value = metadata === null || !Object.hasOwn(metadata, name) ? null : metadata[name];
  return typeof value === 'string' && value !== '' ? value : null;
}

export interface OutcomeWords {
  readonly text: string;
  readonly icon: IconName;
  readonly tone: string;
}

/** What an entry says was decided or came of it, in a word or two; null where it says neither. */
export function outcomeWords(entry: AuditEntry): OutcomeWords | null {
  const decision = metadataText(entry, 'decision');
  const result = metadataText(entry, 'result');
  const known = decisionKind.safeParse(decision);
  const text = known.success ? decisionWords[known.data] : (decision ?? result);
  if (text === null) return null;
  if (decision === 'DENY') return { text, icon: 'refused', tone: 'bad' };
  if (decision === 'REQUIRE_APPROVAL') return { text, icon: 'waiting', tone: 'doubtful' };
  if (decision !== null) return { text, icon: 'done', tone: 'good' };
  return badResults.has(text)
    ? { text, icon: 'error', tone: 'bad' }
    : { text, icon: goodResults.has(text) ? 'passed' : 'info', tone: 'calm' };
}

const goodResults: ReadonlySet<string> = new Set(['done', 'finished', 'passed', 'answered', 'approved']);
const badResults: ReadonlySet<string> = new Set(['failed', 'denied', 'refused', 'cancelled', 'expired', 'invalid']);
