import * as z from 'zod/mini';

// The lines of `audit.checkpoints`: JSON objects around the signed notes. What counts is in the notes; the members beside
// them only say where to look, and are checked against the notes before they are used.

const hex = z.string().check(z.regex(/^[0-9a-f]{64}$/));

export const checkpointRecord = z.discriminatedUnion('kind', [
  /** A key begins to sign. `note` is a `KeyEpoch`. */
  z.strictObject({ kind: z.literal('key'), note: z.string() }),
  z.strictObject({
    kind: z.literal('checkpoint'),
    /** A signed `TreeHead`. */
    tree: z.string(),
    /** A signed `ChainHead` of the same size. */
    head: z.string(),
    /** The compact range of the tree, the largest subtree first: from here it can be continued without reading the log. */
    roots: z.array(hex),
    /** Where the covered entries end: the first `seq` of the segment they end in, and the bytes of it up to there. */
    segment: z.int().check(z.nonnegative()),
    offset: z.int().check(z.nonnegative()),
  }),
  /** Entries were deleted on purpose. `note` is a `PrunedHead`, `roots` the compact range of what was deleted. */
  z.strictObject({ kind: z.literal('pruned'), note: z.string(), roots: z.array(hex) }),
]);
export type CheckpointRecord = Readonly<z.infer<typeof checkpointRecord>>;
