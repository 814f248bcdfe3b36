import { originOf } from '../checkpoint/checkpointText.ts';
import { checkCheckpoint, checkKeyChain, type Checkpoint } from '../checkpoint/keyChain.ts';
import { readSignedStates } from '../proof/signedStates.ts';
import { visibleLine } from '#protocol/visible';
import { appendAnchor } from './anchorFile.ts';
import type { AnchorDeps, StateToAnchor } from './anchorDeps.ts';
import type { AnchorKind } from './anchorRecord.ts';
import { putGitNote, putSyslog, putWitness, type Putting } from './putAnchor.ts';

export type AnchorOutcome =
  | { readonly kind: 'anchored'; readonly anchor: AnchorKind; readonly to: string }
  /** `isContradicted`: somebody else holds a state of this log that it does not continue. */
  | {
      readonly kind: 'failed';
      readonly anchor: AnchorKind;
      readonly to: string;
      readonly why: string;
      readonly isContradicted: boolean;
    };

export type Anchored =
  | { readonly kind: 'none'; readonly why: string }
  | { readonly kind: 'done'; readonly size: number; readonly outcomes: readonly AnchorOutcome[] };

/** How long one anchor may take. */
const limitMs: Readonly<Record<AnchorKind, number>> = { git_note: 60_000, syslog: 10_000, witness: 20_000 };

export interface AnchoringOptions {
  /** A checkpoint of no more entries is not put anywhere again. */
  readonly above?: number;
  /** Hears of each outcome as soon as it is known and recorded. */
  readonly tell?: (outcome: AnchorOutcome) => void;
}

/**
 * Puts the last signed checkpoint into every place that is configured, and records what came of each. Fails softly: only an
 * entry that cannot be written throws.
 */
export async function anchorNow(
  deps: AnchorDeps,
  { above = 0, tell }: AnchoringOptions,
  signal: AbortSignal,
): Promise<Anchored> {
  const found = await lastState(deps.folder);
  if ('why' in found) return { kind: 'none', why: found.why };
  if (found.checkpoint.tree.size <= above)
    return { kind: 'none', why: 'no checkpoint was made since the last anchors' };
  const outcomes = await Promise.all(
    puttingsOf(deps, found).map(async (putting) => {
      const outcome = await attempt(deps, putting, signal);
      await deps.append(entryAbout(outcome, found.checkpoint));
      tell?.(outcome);
      return outcome;
    }),
  );
  return { kind: 'done', size: found.checkpoint.tree.size, outcomes };
}

/** The last checkpoint, where it is good: what is not is put nowhere. */
async function lastState(folder: string): Promise<StateToAnchor | { readonly why: string }> {
  const { keys, last } = await readSignedStates(folder, []);
  if (last === null) return { why: 'the audit log has no signed checkpoint yet' };
  const { tree, head } = last.record;
  const chain = checkKeyChain(keys);
  const checkpoint = chain.kind === 'bad' ? chain : checkCheckpoint({ tree, head }, chain.value);
  if (checkpoint.kind === 'bad')
    return { why: `the last checkpoint is not good (${checkpoint.problem}): see loki audit verify` };
  return { notes: { tree, head }, checkpoint: checkpoint.value };
}

function puttingsOf(deps: AnchorDeps, state: StateToAnchor): readonly Putting[] {
  const { gitNote, syslog, witness } = deps.settings;
  return [
    ...(gitNote === null ? [] : [putGitNote(deps, state, gitNote)]),
    ...(syslog === null ? [] : [putSyslog(deps, state, syslog)]),
    ...(witness === null ? [] : [putWitness(deps, state, witness)]),
  ];
}

async function attempt({ folder }: AnchorDeps, putting: Putting, signal: AbortSignal): Promise<AnchorOutcome> {
  const { anchor, to } = putting;
  const timeout = AbortSignal.timeout(limitMs[anchor]);
  const failed = (why: string, isContradicted = false): AnchorOutcome => {
    return { kind: 'failed', anchor, to, why: visibleLine(why, 500), isContradicted };
  };
  try {
    const put = await putting.put(AbortSignal.any([signal, timeout]));
    if (put.kind === 'failed') return failed(put.why, put.isContradicted);
    await appendAnchor(folder, put.record);
    return { kind: 'anchored', anchor, to: put.record.to };
  } catch (error) {
    if (signal.aborted) return failed('it was cancelled before it was done');
    if (timeout.aborted) return failed(`there was no answer within ${limitMs[anchor] / 1000} s`);
    return failed(reasonOf(error));
  }
}

/** `fetch` hides the reason in the cause, and a name with several addresses in a list of errors. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  return error.message === 'fetch failed' && error.cause !== undefined ? reasonOf(error.cause) : error.message;
}

function entryAbout(outcome: AnchorOutcome, { tree, head }: Checkpoint) {
  const { size, root, logId } = tree;
  const about = { anchor: outcome.anchor, log: originOf(logId), size, hash: head.hash, root: root.toString('hex') };
  const isAnchored = outcome.kind === 'anchored';
  return {
    who: 'loki',
    what: isAnchored ? 'audit_anchored' : 'audit_anchor_failed',
    where: outcome.to,
    why: isAnchored ? null : outcome.why,
    metadata: isAnchored ? about : { ...about, is_contradicted: outcome.isContradicted },
  };
}
