import { parseChainHead, parseTreeHead } from '../checkpoint/checkpointText.ts';
import { readLines } from '../file/lines.ts';
import { openForReading } from '../file/openForReading.ts';
import { checkCosignature } from '../note/cosignature.ts';
import { parseNoteKey, type NoteKey } from '../note/noteKey.ts';
import { isNoteSignedBy, parseNote } from '../note/signedNote.ts';
import type { AnchorClaim } from '../verify/evidence.ts';
import { parseAnchorRecord, parseGitNote, type AnchorRecord, type CheckpointNotes } from './anchorRecord.ts';
import path from 'node:path';

export interface ReadAnchors {
  readonly claims: readonly AnchorClaim[];
  /** What could not be used, each as a sentence for people without a full stop. */
  readonly problems: readonly string[];
}

export interface AnchorSources {
  /** The log that is asked about; claims about others are left out. */
  readonly logId: string;
  /** The keys that signed about this log, and the one that whoever verifies knows. */
  readonly keys: readonly NoteKey[];
  /** The configured key of the witness; null where none is known. */
  readonly witnessKey: NoteKey | null;
  /** The lines of all notes that a remote of the workspace's repository is known to hold; null where there is none. */
  readonly readNotes: (() => Promise<readonly string[]>) | null;
}

/**
 * What is known of this log in other places: what `audit.anchors` tells, and the notes in the repository. Only what is
 * signed counts: by a key of the log, or by the witness. Never writes, and reaches no network.
 */
export async function readAnchors(folder: string, sources: AnchorSources): Promise<ReadAnchors> {
  const { records, problems } = await readRecords(folder);
  const claims: AnchorClaim[] = [];
  const pushed = new Set<string>();
  for (const record of records) {
    const claim = claimOf(record, sources);
    if (claim === 'other') continue;
    if (claim === null) problems.push(`an anchor of ${record.at} (${record.to}) is signed by no key that is known`);
    else claims.push(claim);
    if (record.kind === 'git_note') pushed.add(record.tree);
  }
  // Notes that were fetched from a remote are evidence even where the record about them is gone.
  for (const line of (await sources.readNotes?.()) ?? []) {
    const notes = parseGitNote(line);
    if (notes === null || pushed.has(notes.tree)) continue;
    const state = stateOf(notes, sources);
    if (state !== null && state !== 'other') claims.push({ by: 'a git note in a remote', ...state });
  }
  return { claims, problems };
}

async function readRecords(folder: string): Promise<{ readonly records: AnchorRecord[]; readonly problems: string[] }> {
  const records: AnchorRecord[] = [];
  const problems: string[] = [];
  const file = await openForReading(path.join(folder, 'audit.anchors'));
  if (file === null) return { records, problems };
  let number = 0;
  try {
    // A last line without its end is one that a process could not finish: it says nothing.
    for await (const { lines } of readLines(file, { from: 0, patience: 0 })) {
      for (const line of lines) {
        number += 1;
        const record = parseAnchorRecord(line.toString('utf8'));
        if (record === null) problems.push(`line ${number} of audit.anchors is not a record of an anchor`);
        else records.push(record);
      }
    }
  } finally {
    await file.close();
  }
  return { records, problems };
}

function claimOf(record: AnchorRecord, sources: AnchorSources): AnchorClaim | 'other' | null {
  if (record.kind === 'witness') return witnessClaim(record, sources);
  const state = stateOf(record, sources);
  if (state === null || state === 'other') return state;
  const by = record.kind === 'git_note' ? `a git note pushed to ${record.to}` : `syslog ${record.to} (sent)`;
  return { by, ...state, at: record.at };
}

type State = Pick<AnchorClaim, 'size' | 'hash' | 'root' | 'at'>;

/** The state that two notes say, where a known key signed both. */
function stateOf({ tree, head }: CheckpointNotes, { keys, logId }: AnchorSources): State | 'other' | null {
  const [treeNote, headNote] = [parseNote(tree), parseNote(head)];
  const treeHead = parseTreeHead(treeNote?.text ?? '');
  const chainHead = parseChainHead(headNote?.text ?? '');
  if (treeNote === null || headNote === null || treeHead === null || chainHead === null) return null;
  if (treeHead.logId !== logId || chainHead.logId !== logId) return 'other';
  const isSigned = keys.some((key) => isNoteSignedBy(treeNote, key) && isNoteSignedBy(headNote, key));
  if (!isSigned || treeHead.size !== chainHead.size) return null;
  return { size: treeHead.size, hash: chainHead.hash, root: treeHead.root.toString('hex'), at: chainHead.at };
}

/** A witness vouches for the tree by itself, whoever signed it. */
function witnessClaim(
  { key: text, tree, cosignatures, to }: AnchorRecord & { readonly kind: 'witness' },
  { witnessKey, logId }: AnchorSources,
): AnchorClaim | 'other' | null {
  const key = parseNoteKey(text);
  const signed = parseNote(tree)?.text ?? '';
  const head = parseTreeHead(signed);
  if (key === null || head === null) return null;
  if (head.logId !== logId) return 'other';
  const seconds = cosignatures.map((line) => checkCosignature(signed, line, key)).find((one) => one !== null) ?? null;
  if (seconds === null) return null;
  const isKnown = witnessKey?.publicKey.equals(key.publicKey) === true && witnessKey.name === key.name;
  const by = `the witness ${key.name} at ${to}${isKnown ? '' : ', whose key was not compared'}`;
  return {
    by,
    at: new Date(seconds * 1000).toISOString(),
    size: head.size,
    hash: null,
    root: head.root.toString('hex'),
  };
}
