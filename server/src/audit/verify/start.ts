import { firstLink, type Link } from '../chain/chain.ts';
import { CompactRange } from '../merkle/compactRange.ts';
import type { SignedRecord } from './signedRecord.ts';

/** Where the entries of a log begin that may have lost its oldest ones on purpose. */
export interface Start {
  readonly link: Link;
  /** Whether the hash of the last deleted entry is known. */
  readonly isLinkKnown: boolean;
  /** The tree over what was deleted; null where it is not known. */
  readonly tree: CompactRange | null;
}

/** Where the first entry that is there belongs; `firstSeq` is null where it cannot be read. */
export function startOf({ pruned, checkpoints }: SignedRecord, firstSeq: number | null): Start {
  const last = pruned.at(-1);
  const isFromTheBeginning = firstSeq === 0 || last === undefined;
  if (isFromTheBeginning) return { link: firstLink, isLinkKnown: true, tree: CompactRange.empty() };
  // A writer that was stopped while deleting leaves more than it had to: any segment up to there may be the first.
  const size = Math.min(firstSeq ?? last.size, last.size);
  const pruning = pruned.findLast((one) => one.size === size);
  const known = pruning ?? checkpoints.find((one) => one.size === size);
  const roots = pruning?.roots.map((root) => Buffer.from(root, 'hex'));
  return {
    link: { seq: size, previousHash: known?.hash ?? '' },
    isLinkKnown: known !== undefined,
    tree: roots === undefined ? null : CompactRange.of(size, roots),
  };
}
