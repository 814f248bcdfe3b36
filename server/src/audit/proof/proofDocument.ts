// What `loki audit prove` prints: all that is needed to check a statement about a log, in one JSON object
// (docs/audit-proofs.md). Read by hand and not by a schema: the stand-alone verifier reads it too, without dependencies.

export const proofFormat = 'loki-audit-proof/1';

/** The signed state that a proof leads to. */
interface Target {
  /** How many entries it covers. */
  readonly treeSize: number;
  /** The proof: hashes of subtrees, base64. */
  readonly hashes: readonly string[];
  /** The signed notes of the state: about the tree, and about the chain. */
  readonly checkpoint: string;
  readonly head: string;
  /** The signed notes about the keys of the log, from the first one on. */
  readonly keys: readonly string[];
}

/** Entry `index` is among the first `treeSize` entries of the log. */
export interface InclusionDocument extends Target {
  readonly kind: 'inclusion';
  readonly index: number;
  /** Its line, without the line feed. */
  readonly entry: string;
}

/** The first `fromSize` entries of the log are the same today as they were when their root was `fromRoot` (base64). */
export interface ConsistencyDocument extends Target {
  readonly kind: 'consistency';
  readonly fromSize: number;
  readonly fromRoot: string;
  /** The signed note about that root; null where none was made at that size. */
  readonly fromCheckpoint: string | null;
}

export type ProofDocument = InclusionDocument | ConsistencyDocument;

/** A document as text: one line, or several for people. */
export function printProof(document: ProofDocument, indent = 0): string {
  const { kind, treeSize, hashes, checkpoint, head, keys } = document;
  const own =
    document.kind === 'inclusion'
      ? { index: document.index, entry: document.entry }
      : { fromSize: document.fromSize, fromRoot: document.fromRoot, fromCheckpoint: document.fromCheckpoint };
  return JSON.stringify({ format: proofFormat, kind, ...own, treeSize, hashes, checkpoint, head, keys }, null, indent);
}

/** Reads a document; a text is the reason why it is none. */
export function parseProof(text: string): ProofDocument | string {
  const members = parseObject(text);
  if (members === null) return 'it is not a JSON object';
  if (members['format'] !== proofFormat) return `its format is not ${proofFormat}`;
  const target = targetOf(members);
  if (target === null) return 'it lacks members of a proof, or they have the wrong type';
  const known = kindOf(members, target);
  if (known === null) return 'it is not a proof of a kind that is known here, or lacks members of it';
  // A member that nobody checks would look like a part of what is proved.
  const extra = Object.keys(members).find((name) => name !== 'format' && !(name in known));
  return extra === undefined ? known : `it has a member that a proof does not have: ${JSON.stringify(extra)}`;
}

type Members = Readonly<Record<string, unknown>>;

function targetOf({ treeSize, hashes, checkpoint, head, keys }: Members): Target | null {
  if (!isSize(treeSize) || !isTexts(hashes) || !isTexts(keys)) return null;
  if (typeof checkpoint !== 'string' || typeof head !== 'string') return null;
  return { treeSize, hashes, checkpoint, head, keys };
}

function kindOf(members: Members, target: Target): ProofDocument | null {
  const { kind, index, entry, fromSize, fromRoot, fromCheckpoint } = members;
  if (kind === 'inclusion' && isSize(index) && typeof entry === 'string') return { kind, index, entry, ...target };
  if (kind !== 'consistency' || !isSize(fromSize) || typeof fromRoot !== 'string') return null;
  if (fromCheckpoint !== null && typeof fromCheckpoint !== 'string') return null;
  return { kind, fromSize, fromRoot, fromCheckpoint, ...target };
}

function parseObject(text: string): Members | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}

function isSize(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
