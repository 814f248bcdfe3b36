import { readFileSync } from 'node:fs';

/** A process, told apart from a later one that got the same number. */
export interface Owner {
  readonly pid: number;
  /** On Linux the boot and the kernel's own start time; elsewhere the start time by the clock. */
  readonly startedAt: string;
}

/** This process, as reservations remember who must close them. */
export function thisProcess(): Owner {
  return { pid: process.pid, startedAt: kernelStart() ?? new Date(performance.timeOrigin).toISOString() };
}

function kernelStart(): string | null {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const stat = readFileSync('/proc/self/stat', 'utf8');
    // The program's name may contain anything, brackets too: count fields behind its last bracket.
    const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    return ticks === undefined ? null : `${boot}:${ticks}`;
  } catch {
    return null;
  }
}
