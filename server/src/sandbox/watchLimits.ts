import type { Limits } from './limits.ts';
import { descendantsOf, readProcesses } from './processTree.ts';

const everyMs = 200;

/**
 * Looks at a process tree several times a second and tells once when it uses more than it may. Returns how to stop.
 * Memory is the sum of resident pages, in which shared pages count once per process: never an underestimate.
 */
export function watchLimits(root: number, limits: Limits, onExceeded: (reason: string) => void): () => void {
  const timer = setInterval(() => {
    const tree = descendantsOf(root, readProcesses());
    const memoryBytes = tree.reduce((sum, entry) => sum + entry.memoryBytes, 0);
    const reason =
      tree.length > limits.processes
        ? `it ran ${tree.length} processes; ${limits.processes} are allowed`
        : memoryBytes > limits.memoryBytes
          ? `it used ${inMebibytes(memoryBytes)} of memory; ${inMebibytes(limits.memoryBytes)} are allowed`
          : null;
    if (reason === null) return;
    clearInterval(timer);
    onExceeded(reason);
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}

const inMebibytes = (bytes: number): string => `${Math.round(bytes / (1024 * 1024))} MiB`;
