import { createHash } from 'node:crypto';

// The recipe of docs/audit-format.md once more, written without a look at the code that is tested.

export interface Members {
  readonly [name: string]: unknown;
}

/** A line with a right hash over whatever members are given, in the order in which they are given. */
export function sealByHand(members: Members): string {
  const hash = createHash('sha256').update(JSON.stringify(members), 'utf8').digest('hex');
  return JSON.stringify({ ...members, hash });
}

/** Seals entries one after another, as someone would who rewrites a log with right hashes. */
export function chainByHand(entries: readonly Members[]): string[] {
  let previousHash: unknown = 'GENESIS';
  return entries.map((entry, seq) => {
    const { timestamp, who = null, what = null, where = null, why = null, metadata = null } = entry;
    const line = sealByHand({ seq, timestamp, who, what, where, why, metadata, previousHash });
    previousHash = parse(line)['hash'];
    return line;
  });
}

export function parse(line: string): Members {
  const value: unknown = JSON.parse(line);
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
