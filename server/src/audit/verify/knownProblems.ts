import { printNoteKey } from '../note/noteKey.ts';
import type { Evidence } from './evidence.ts';
import type { Findings, Problem } from './findings.ts';

// What contradicts what this machine, or whoever verifies, knows besides the lines and the checkpoints.

/** Checkpoints that were there and are not any more. */
export function headProblems({ logId }: Findings, { signed, heads }: Evidence): Problem | null {
  const known = heads?.here.find((one) => one.logId === logId)?.checkpointSize ?? 0;
  const there = signed.checkpoints.at(-1)?.size ?? 0;
  if (known <= there || signed.problem !== null) return null;
  const text =
    there === 0
      ? `the signed checkpoints are gone: this machine knows of one that covered ${known} entries`
      : `the last signed checkpoints are gone: this machine knows of one that covered ${known} entries, the last one here covers ${there}`;
  return { at: null, file: null, text };
}

/** Keys that are not the known ones. */
export function keyProblems(
  { logId }: Findings,
  { signed, heads, trustedKey }: Evidence,
): { readonly altered: Problem | null; readonly missing: Problem | null } {
  const keys = signed.epochs.map(({ key }) => printNoteKey(key));
  const known = logId === null ? [] : (heads?.keys(logId) ?? []);
  const other = signed.epochs.find(({ epoch }, index) =>
    known.some((one) => one.epoch === epoch && one.key !== keys[index]),
  );
  if (other !== undefined)
    return altered(
      `the key of epoch ${other.epoch} (${other.key.id}) is not the one that this machine knows: the checkpoints were signed anew by somebody else`,
    );
  if (trustedKey === null) return { altered: null, missing: null };
  const epoch = signed.epochs[keys.indexOf(trustedKey)];
  if (epoch === undefined && signed.checkpoints.length > 0)
    return altered('its checkpoints were signed with another key than the one that you gave');
  const isUsed = epoch !== undefined && signed.checkpoints.some(({ size }) => size > epoch.from);
  const text = 'no checkpoint here is signed with the key that you gave, so nothing says how long the log must be';
  return { altered: null, missing: isUsed ? null : { at: null, file: null, text } };
}

/** Earlier logs of this folder that are not there any more. */
export function lossOf(
  { logId, isRestarted, lossAcknowledgedAt }: Findings,
  { heads }: Evidence,
): { readonly missing: Problem | null; readonly warnings: readonly string[] } {
  const lost = (heads?.here ?? []).filter(
    (one) => one.logId !== logId && one.size > 0 && one.workspaceIdentity === heads?.workspaceIdentity,
  );
  const largest = lost.reduce((most, { size }) => Math.max(most, size), 0);
  if (lost.length === 0 || logId === null) return { missing: null, warnings: [] };
  const began = isRestarted ? 'this one was begun after it' : 'another one stands in its place';
  const text = `the audit log with ${largest === 1 ? '1 entry' : `${largest} entries`} that was here before is gone, and ${began}`;
  // Only where this machine knows of it: anybody can write such an entry into a log of his own making.
  const known = heads?.here.find((one) => one.logId === logId)?.size ?? 0;
  if (lossAcknowledgedAt !== null && lossAcknowledgedAt < known)
    return { missing: null, warnings: [`${text}; a person acknowledged that`] };
  return { missing: { at: 0, file: null, text }, warnings: [] };
}

function altered(text: string): { readonly altered: Problem; readonly missing: null } {
  return { altered: { at: null, file: null, text }, missing: null };
}
