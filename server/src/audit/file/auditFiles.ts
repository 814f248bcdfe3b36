import path from 'node:path';

// The names of what an audit folder holds.

/** The log that is being written. */
export function currentLog(folder: string): string {
  return path.join(folder, 'audit.jsonl');
}

/** Locked, per group of writes, by the one writer that may write. */
export function writerLock(folder: string): string {
  return path.join(folder, 'audit.lock');
}

/** Where the first group of a new log is made durable before it gets its name: a log is never seen empty. */
export function unnamedLog(folder: string): string {
  return path.join(folder, 'audit.jsonl.new');
}

/** The signed checkpoints, and the keys that signed them. */
export function checkpointsFile(folder: string): string {
  return path.join(folder, 'audit.checkpoints');
}

/** Where the checkpoints of a log are kept that vanished, when another one was begun in its place. */
export function lostCheckpoints(folder: string, logId: string): string {
  return path.join(folder, `audit.checkpoints.lost-${logId}`);
}

/** Bytes that are given back to the disk when it is full, so that the last entry can be written. */
export function reserveFile(folder: string): string {
  return path.join(folder, 'audit.reserve');
}

/** Where an unfinished line is kept that a writer left when it was stopped. */
export function tornLine(folder: string, at: Date, copy: number): string {
  const time = at.toISOString().replaceAll(':', '-');
  return path.join(folder, `audit.torn-${time}${copy === 1 ? '' : `-${copy}`}`);
}

/** The index of a full segment, which can be thrown away. */
export function indexOf(segmentPath: string): string {
  return segmentPath.replace(/\.jsonl$/, '.index');
}

/** Where the values are kept that stand in the log as commitments only. */
export function personalFolder(folder: string): string {
  return path.join(folder, 'personal');
}
