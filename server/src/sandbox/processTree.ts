import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { systemErrorCode } from '../base/failure.ts';

/** One running process of the machine, as /proc tells. `startedAt` tells it apart from a later one with the same id. */
export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly state: string;
  readonly startedAt: string;
  readonly memoryBytes: number;
}

const pageBytes = 4096;

/** Every process of the machine; nothing on systems without /proc. */
export function readProcesses(): readonly ProcessEntry[] {
  return processIds().flatMap((pid) => readProcess(pid) ?? []);
}

/** The processes that descend from `root`, itself included. */
export function descendantsOf(root: number, processes: readonly ProcessEntry[]): readonly ProcessEntry[] {
  const children = Map.groupBy(processes, ({ parent }) => parent);
  const found = processes.filter(({ pid }) => pid === root);
  // The list grows while it is walked.
  for (const entry of found) found.push(...(children.get(entry.pid) ?? []));
  return found;
}

/** Whether a process still runs; a zombie does not. */
export function isRunning(pid: number): boolean {
  const entry = readProcess(pid);
  if (entry !== null) return entry.state !== 'Z' && entry.state !== 'X';
  if (process.platform === 'linux') return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemErrorCode(error) === 'EPERM';
  }
}

/** Kills a process group at once. True when there was one. */
export function killGroup(pid: number): boolean {
  try {
    process.kill(-pid, 'SIGKILL');
    return true;
  } catch {
    return false;
  }
}

/**
 * Kills an unconfined process, its group, its descendants and everything that carries `mark` in its environment, again
 * and again until nothing is left. Best effort: a process that left the group, lost its parent and cleared its
 * environment is not found.
 */
export async function killTree(root: number, mark: string, patienceMs: number): Promise<void> {
  const deadline = performance.now() + patienceMs;
  // Looking takes a moment, in which one that is about to be seen may have a child and end: seen twice, nothing is left.
  for (let quiet = 0; quiet < 2;) {
    killGroup(root);
    const left = markedOrDescending(root, mark);
    quiet = left.length === 0 ? quiet + 1 : 0;
    for (const { pid } of left) kill(pid);
    if (performance.now() > deadline) return;
    await pause(5);
  }
}

function markedOrDescending(root: number, mark: string): readonly ProcessEntry[] {
  const processes = readProcesses().filter(({ pid, state }) => pid !== process.pid && state !== 'Z' && state !== 'X');
  const descending = new Set(descendantsOf(root, processes).map(({ pid }) => pid));
  return processes.filter((entry) => {
    return descending.has(entry.pid) || entry.group === root || environmentOf(entry.pid).includes(mark);
  });
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself, or it is another user's.
  }
}

function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch {
    return '';
  }
}

function processIds(): readonly number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

/** One process, or null when it is gone. */
export function readProcess(pid: number): ProcessEntry | null {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return null;
  }
  // The name stands in parentheses and may itself contain spaces and parentheses.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return {
    pid,
    state: fields[0] ?? 'X',
    parent: Number(fields[1]),
    group: Number(fields[2]),
    startedAt: fields[19] ?? '',
    memoryBytes: Number(fields[21]) * pageBytes,
  };
}
