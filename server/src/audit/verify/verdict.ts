import path from 'node:path/posix';
import type { AuditAnchor, AuditVerification } from '#protocol/audit';
import { printNoteKey } from '../note/noteKey.ts';
import type { AnchorClaim, Evidence } from './evidence.ts';
import { firstOf, type Findings, type Problem } from './findings.ts';
import { headProblems, keyProblems, lossOf } from './knownProblems.ts';

/** Puts together what the lines tell and what is known besides them. `folder` is what the sentences call the log's folder. */
export function judge(folder: string, findings: Findings, evidence: Evidence): AuditVerification {
  const { signed } = evidence;
  const loss = lossOf(findings, evidence);
  const altered = firstOf(findings.altered, signedProblem(evidence), keyProblems(findings, evidence).altered);
  const missing = firstOf(
    findings.missing,
    shortage(findings, evidence),
    loss.missing,
    headProblems(findings, evidence),
    keyProblems(findings, evidence).missing,
  );
  const first = firstOf(altered, missing);
  const last = signed.checkpoints.at(-1) ?? null;
  const epoch = last === null ? null : (signed.epochs.findLast(({ from }) => from < last.size) ?? null);
  return {
    valid: first === null,
    entries: findings.entries,
    brokenAt: firstAt(altered, missing),
    error: first === null ? null : sentence(folder, first, first === altered ? 'intact' : 'complete'),
    integrity: altered === null ? 'intact' : 'altered',
    completeness: missing !== null ? 'incomplete' : requiredOf(findings, evidence) === null ? 'unproved' : 'complete',
    checkpoints: {
      count: signed.checkpoints.length,
      size: last?.size ?? null,
      at: last?.at ?? null,
      key: epoch === null ? null : printNoteKey(epoch.key),
      epoch: epoch?.epoch ?? null,
    },
    anchoredTo: furthest(findings.agreeing),
    keyProtection: epoch?.protection ?? null,
    warnings: [...loss.warnings, ...warningsOf(findings, evidence)],
    firstSeq: findings.first,
  };
}

/** What to answer where the files of a log are gone that is known to have been there. */
export function judgeGone(folder: string, size: number, by: string, evidence: Evidence): AuditVerification {
  const text = `the audit log with ${entriesOf(size)} that was here is gone: ${by}`;
  const findings: Findings = {
    entries: 0,
    reached: 0,
    logId: null,
    first: 0,
    altered: null,
    missing: { at: 0, file: null, text },
    isTorn: false,
    provedTo: 0,
    agreeing: [],
    isStrict: true,
    isRestarted: false,
    lossAcknowledgedAt: null,
  };
  return { ...judge(folder, findings, evidence), completeness: 'incomplete' };
}

interface Required {
  readonly size: number;
  readonly by: string;
}

/** The most entries that somebody knows of; null where nobody does. */
function requiredOf({ logId }: Findings, { signed, heads, anchors }: Evidence): Required | null {
  const checkpoint = signed.checkpoints.at(-1);
  const head = heads?.here.find((one) => one.logId === logId);
  const known: Required[] = anchors.map(({ size, by, at }) => ({ size, by: `the anchor of ${by} of ${at}` }));
  if (checkpoint !== undefined) known.push({ size: checkpoint.size, by: `the checkpoint signed at ${checkpoint.at}` });
  if (head !== undefined) known.push({ size: head.size, by: 'what this machine remembers of the log' });
  return known
    .filter(({ size }) => size > 0)
    .reduce<Required | null>((most, one) => (most === null || one.size > most.size ? one : most), null);
}

function shortage(findings: Findings, evidence: Evidence): Problem | null {
  const required = requiredOf(findings, evidence);
  const { reached, entries, isTorn } = findings;
  if (required === null || reached >= required.size || entries === 0) return null;
  const last = required.size - 1;
  const what = reached === last ? `entry ${last} is` : `entries ${reached} to ${last} are`;
  const end = isTorn ? `it ends inside entry ${reached}, and ` : '';
  const text = `${end}${what} missing at its end: ${required.by} covers ${entriesOf(required.size)}`;
  return { at: entries, file: null, text };
}

function signedProblem({ signed }: Evidence): Problem | null {
  return signed.problem === null ? null : { at: null, file: null, text: signed.problem };
}

function warningsOf(findings: Findings, evidence: Evidence): string[] {
  const { signed } = evidence;
  const { reached, first, isTorn, missing } = findings;
  const warnings: string[] = [];
  const pruning = signed.pruned.find(({ size }) => size >= first);
  if (first > 0 && pruning !== undefined)
    warnings.push(
      `entries 0 to ${first - 1} were deleted on purpose at ${pruning.at}, as configured; those after them are here`,
    );
  const required = requiredOf(findings, evidence);
  const newer = required === null || missing !== null ? 0 : reached - required.size;
  if (newer > 0)
    warnings.push(
      `the last ${newer === 1 ? 'entry is' : `${newer} entries are`} newer than anything that says how long the log must be: whether more were there, nothing can tell`,
    );
  if (isTorn)
    warnings.push(
      `the log ends inside entry ${reached}: its last writer was stopped while writing; the next one keeps that part aside and records it`,
    );
  if (signed.isTorn)
    warnings.push(
      'audit.checkpoints ends inside a line: its last writer was stopped while writing; the next one cuts it off',
    );
  return warnings;
}

/** The furthest anchor of each kind. */
function furthest(anchors: readonly AnchorClaim[]): AuditAnchor[] {
  const byKind = new Map<string, AuditAnchor>();
  for (const { by, size, at } of anchors) {
    const known = byKind.get(by);
    if (known === undefined || known.size < size) byKind.set(by, { by, size, at });
  }
  return [...byKind.values()];
}

function firstAt(...problems: readonly (Problem | null)[]): number | null {
  const places = problems.flatMap((problem) => problem?.at ?? []);
  return places.length === 0 ? null : Math.min(...places);
}

function sentence(folder: string, { file, text }: Problem, what: 'intact' | 'complete'): string {
  return `The audit log ${file === null ? folder : path.join(folder, file)} is not ${what}: ${text}`;
}

export function entriesOf(count: number): string {
  return count === 1 ? '1 entry' : `${count} entries`;
}
