// The lines of `audit.anchors`: what was put where, with the signed notes themselves, so that whoever finds one can check it
// against the log without trusting the line. Pure.

/** The two signed notes of a checkpoint. */
export interface CheckpointNotes {
  readonly tree: string;
  readonly head: string;
}

interface Put extends CheckpointNotes {
  /** When it was acknowledged, or sent, ISO 8601 in UTC. */
  readonly at: string;
  /** Where to, for people; never with a password in it. */
  readonly to: string;
}

export type AnchorRecord =
  /** Pushed, as the remote acknowledged, in the note of this commit. */
  | (Put & { readonly kind: 'git_note'; readonly commit: string })
  /** Sent; nobody here can read it back. */
  | (Put & { readonly kind: 'syslog' })
  /** Cosigned with this key. `cosignatures` are lines of a note. */
  | (Put & { readonly kind: 'witness'; readonly key: string; readonly cosignatures: readonly string[] });

export type AnchorKind = AnchorRecord['kind'];

/** The line of a record, without its line feed. The order of the members is part of the format. */
export function printAnchorRecord(record: AnchorRecord): string {
  const { kind, at, to, tree, head } = record;
  const notes = { tree, head };
  switch (record.kind) {
    case 'git_note':
      return JSON.stringify({ kind, at, to, commit: record.commit, ...notes });
    case 'syslog':
      return JSON.stringify({ kind, at, to, ...notes });
    case 'witness':
      return JSON.stringify({ kind, at, to, key: record.key, ...notes, cosignatures: record.cosignatures });
  }
}

/** Reads a line; null where it is not one that `printAnchorRecord` wrote. */
export function parseAnchorRecord(line: string): AnchorRecord | null {
  const record = recordOf(parseObject(line));
  return record !== null && printAnchorRecord(record) === line ? record : null;
}

/** What stands in the note of a commit: one line, since notes of several machines are merged line by line. */
export function printGitNote({ tree, head }: CheckpointNotes): string {
  return JSON.stringify({ tree, head });
}

/** Reads a line of the note of a commit; null where it is none of ours. */
export function parseGitNote(line: string): CheckpointNotes | null {
  const { tree, head } = parseObject(line);
  return typeof tree === 'string' && typeof head === 'string' ? { tree, head } : null;
}

function recordOf(members: Readonly<Record<string, unknown>>): AnchorRecord | null {
  const { kind, at, to, commit, key, tree, head, cosignatures } = members;
  if (typeof at !== 'string' || typeof to !== 'string' || typeof tree !== 'string' || typeof head !== 'string')
    return null;
  const put = { at, to, tree, head };
  if (kind === 'syslog') return { kind, ...put };
  if (kind === 'git_note' && typeof commit === 'string') return { kind, ...put, commit };
  if (kind !== 'witness' || typeof key !== 'string' || !isTexts(cosignatures)) return null;
  return { kind, ...put, key, cosignatures };
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
