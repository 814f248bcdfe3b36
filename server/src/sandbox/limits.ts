import os from 'node:os';

/** What one command may use. bubblewrap itself sets no such limit, so a watcher holds these (`watchLimits`). */
export interface Limits {
  readonly memoryBytes: number;
  readonly processes: number;
  readonly outputBytes: number;
  readonly timeoutMs: number;
  /** The size of each private temporary folder; it counts as memory of the machine. */
  readonly temporaryBytes: number;
}

const mebibyte = 1024 * 1024;

export const defaultLimits: Limits = {
  memoryBytes: Math.max(1024 * mebibyte, Math.floor(os.totalmem() * 0.75)),
  processes: 1000,
  outputBytes: mebibyte,
  timeoutMs: 5 * 60_000,
  temporaryBytes: Math.max(256 * mebibyte, Math.floor(os.totalmem() / 8)),
};

/** The limits in words, for `confinement.detail`. */
export function limitsInWords(limits: Limits): string {
  const memory = `${(limits.memoryBytes / (1024 * mebibyte)).toFixed(1)} GiB of memory`;
  return `a watcher, not the kernel, stops a command above ${memory} or ${limits.processes} processes`;
}
