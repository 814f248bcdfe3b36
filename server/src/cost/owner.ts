import { readFileSync, readlinkSync } from 'node:fs';
import { systemErrorCode } from '../base/failure.ts';

/** A process, told apart from a later one that got the same number. */
export interface Owner {
  readonly pid: number;
  /**
   * On Linux the boot, the kernel's own start time, the namespace that the number counts in and the machine, joined by
   * colons; elsewhere the start time by the clock.
   */
  readonly startedAt: string;
}

/** This process, as reservations remember who must close them. */
export function thisProcess(): Owner {
  return { pid: process.pid, startedAt: kernelStart() ?? new Date(performance.timeOrigin).toISOString() };
}

/**
 * Whether a process is dead for sure. Doubt is no: a number seen from another container or written by another machine
 * says nothing here, nor does one that an older version wrote.
 */
export function isProvablyDead({ pid, startedAt }: Owner): boolean {
  const here = readKernel();
  if (here === null) return /^\d{4}-/.test(startedAt) && !isNumberInUse(pid);
  const [boot, ticks, namespace, machine, ...more] = startedAt.split(':');
  if (machine === undefined || more.length > 0) return false;
  // Nothing outlives the kernel it ran on, where it is known to have been this machine's.
  if (boot !== here.boot) return machine !== '' && machine === here.machine;
  if (namespace !== here.namespace) return false;
  const found = readStat(String(pid));
  if (found === 'missing') return true;
  // A process that only waits for its parent to look at it closes no reservation any more.
  return found !== 'unreadable' && (found.ticks !== ticks || found.state === 'Z' || found.state === 'X');
}

/** The boot that this process runs in; empty where the system does not tell one from another. */
export function thisBoot(): string {
  return readKernel()?.boot ?? '';
}

interface Kernel {
  readonly boot: string;
  readonly namespace: string;
  readonly machine: string;
}

function kernelStart(): string | null {
  const kernel = readKernel();
  const stat = readStat('self');
  if (kernel === null || typeof stat === 'string') return null;
  return [kernel.boot, stat.ticks, kernel.namespace, kernel.machine].join(':');
}

function readKernel(): Kernel | null {
  try {
    return {
      boot: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
      namespace: /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '',
      machine: readMachine(),
    };
  } catch {
    return null;
  }
}

function readMachine(): string {
  try {
    return readFileSync('/etc/machine-id', 'utf8').trim();
  } catch {
    return '';
  }
}

function readStat(pid: string): { readonly state: string; readonly ticks: string } | 'missing' | 'unreadable' {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The program's name may contain anything, brackets too: count fields behind its last bracket.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, ticks] = [fields[0], fields[19]];
    return state === undefined || ticks === undefined ? 'unreadable' : { state, ticks };
  } catch (error) {
    const code = systemErrorCode(error);
    return code === 'ENOENT' || code === 'ESRCH' ? 'missing' : 'unreadable';
  }
}

function isNumberInUse(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemErrorCode(error) !== 'ESRCH';
  }
}
