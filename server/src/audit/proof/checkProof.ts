import { checkLine } from '../chain/chain.ts';
import {
  checkCheckpoint,
  checkKeyChain,
  checkTreeHead,
  leadsTo,
  type Checked,
  type Checkpoint,
  type KeyChain,
} from '../checkpoint/keyChain.ts';
import { originOf } from '../checkpoint/checkpointText.ts';
import { isConsistent } from '../merkle/consistency.ts';
import { isIncluded } from '../merkle/inclusion.ts';
import { leafHash } from '../merkle/treeHash.ts';
import { printNoteKey, type NoteKey } from '../note/noteKey.ts';
import { entryCount } from './entryCount.ts';
import { parseProof, type ConsistencyDocument, type InclusionDocument } from './proofDocument.ts';

export interface GoodProof {
  readonly kind: 'good';
  /** What is proved, in one sentence for people, without a full stop. */
  readonly statement: string;
  /** The name of the log, as its notes say it. */
  readonly log: string;
  /** The entries that the signed state covers, when it was signed, and by whom. */
  readonly size: number;
  readonly at: string;
  readonly key: string;
  readonly epoch: number;
  readonly keyProtection: 'keychain' | 'file';
  /** The first key of the log, from which the others follow: what to compare with a key got from elsewhere. */
  readonly firstKey: string;
  /** Whether a key was given from elsewhere. Without one the proof shows only that it does not contradict itself. */
  readonly isKeyKnown: boolean;
}

export type ProofCheck = GoodProof | { readonly kind: 'bad'; readonly problem: string };

/**
 * Checks a proof that `loki audit prove` printed, with nothing but the document. `key` is the log's first key, or one on
 * the way to the key that signed, as whoever checks got it from somewhere else. Pure; the problem is a whole sentence.
 */
export function checkProof(text: string, key: NoteKey | null = null): ProofCheck {
  const document = parseProof(text);
  if (typeof document === 'string') return bad(`This is not a proof: ${document}`);
  const chain = checkKeyChain(document.keys);
  if (chain.kind === 'bad') return bad(`The keys of the log are not right: ${chain.problem}`);
  const checkpoint = checkCheckpoint({ tree: document.checkpoint, head: document.head }, chain.value);
  if (checkpoint.kind === 'bad') return bad(`The signed checkpoint is not right: ${checkpoint.problem}`);
  const { tree, head, epoch } = checkpoint.value;
  if (tree.size !== document.treeSize) return bad('The signed checkpoint is about another number of entries');
  const [first] = chain.value.epochs;
  if (first === undefined) return bad('The keys of the log are not right: there are none');
  if (key !== null && !leadsTo(key, epoch, chain.value))
    return bad(
      `The key that was given did not sign this, nor any key on the way to it; the first key of the log is ${printNoteKey(first.key)}`,
    );
  const statement =
    document.kind === 'inclusion'
      ? checkInclusion(document, checkpoint.value)
      : checkConsistency(document, checkpoint.value, chain.value, key);
  if (statement.kind === 'bad') return statement;
  return {
    kind: 'good',
    statement: statement.value,
    log: originOf(chain.value.logId),
    size: tree.size,
    at: head.at,
    key: printNoteKey(epoch.key),
    epoch: epoch.epoch,
    keyProtection: epoch.protection,
    firstKey: printNoteKey(first.key),
    isKeyKnown: key !== null,
  };
}

function checkInclusion({ index, entry, hashes }: InclusionDocument, { tree, head }: Checkpoint): Checked<string> {
  const proof = hashesOf(hashes);
  if (proof === null) return bad('The hashes of the proof are not 32 bytes each in base64');
  // A lone surrogate would silently become another text.
  const line = Buffer.from(entry);
  if (/\p{Surrogate}/u.test(entry)) return bad('The entry is not text');
  if (!isIncluded(leafHash(line), index, tree, proof))
    return bad(`The entry is not entry ${index} of the ${tree.size} entries that were signed`);
  const check = checkLine(line, null);
  if (check.kind === 'bad') return bad(`The entry stands in the signed log, but is no proper one: it ${check.problem}`);
  if (check.seq !== index) return bad(`The entry says that it is number ${check.seq}, but stands at place ${index}`);
  if (index === tree.size - 1 && check.hash !== head.hash)
    return bad('The two signed notes contradict each other about the last entry');
  return good(`Entry ${index} is in the log as it was signed at ${head.at}, when it had ${entryCount(tree.size)}`);
}

function checkConsistency(
  { fromSize, fromRoot, fromCheckpoint, hashes }: ConsistencyDocument,
  { tree, head }: Checkpoint,
  chain: KeyChain,
  key: NoteKey | null,
): Checked<string> {
  if (fromSize === 0) return bad('It is about no entries, so it proves nothing');
  const proof = hashesOf(hashes);
  const [root] = hashesOf([fromRoot]) ?? [];
  if (proof === null || root === undefined) return bad('The hashes of the proof are not 32 bytes each in base64');
  const what = fromSize === 1 ? 'The first entry' : `The first ${fromSize} entries`;
  if (!isConsistent({ size: fromSize, root }, tree, proof))
    return bad(`${what} of the ${tree.size} that were signed are not those that have this root`);
  if (fromCheckpoint !== null) {
    const earlier = checkTreeHead(fromCheckpoint, chain);
    if (earlier.kind === 'bad') return bad(`The earlier signed checkpoint is not right: ${earlier.problem}`);
    if (earlier.value.tree.size !== fromSize || !earlier.value.tree.root.equals(root))
      return bad('The earlier signed checkpoint is about another state');
    if (key !== null && !leadsTo(key, earlier.value.epoch, chain))
      return bad('The key that was given began to sign after the earlier checkpoint; take the first key of the log');
  }
  const since = fromCheckpoint === null ? `had the root ${fromRoot}` : 'were signed before';
  return good(
    `${what} of the log are the same that ${since}, in the log of ${entryCount(tree.size)} as it was signed at ${head.at}`,
  );
}

function hashesOf(texts: readonly string[]): readonly Buffer[] | null {
  const hashes = texts.map((text) => Buffer.from(text, 'base64'));
  const isExact = hashes.every((bytes, index) => bytes.length === 32 && bytes.toString('base64') === texts[index]);
  return isExact ? hashes : null;
}

function good(value: string): Checked<string> {
  return { kind: 'good', value };
}

function bad(problem: string): { readonly kind: 'bad'; readonly problem: string } {
  return { kind: 'bad', problem };
}
