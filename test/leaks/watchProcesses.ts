import { readdirSync, readFileSync } from 'node:fs';
import { formsIn } from './findSecret.ts';

export interface ProcessWatch {
  /** Takes a last look and answers where the secret stood: `name (command line | environment): form`. */
  end(): readonly string[];
  /** The names of the programs that were looked at. */
  readonly seen: ReadonlySet<string>;
}

/**
 * Looks at the processes of this machine again and again: whether a secret stands in an environment or a command line.
 * Only those that started after the watch did, as far as `isMeant` says.
 */
export function watchProcesses(secret: string, isMeant: (pid: number) => boolean = () => true): ProcessWatch {
  const found = new Set<string>();
  const seen = new Set<string>();
  const known = new Set<string>();
  const look = (): void => {
    for (const pid of processIds()) {
      const commandLine = read(pid, 'cmdline');
      // A process is another one after it has started another program.
      const id = `${pid} ${commandLine.toString('latin1')}`;
      if (pid === process.pid || commandLine.length === 0 || known.has(id)) continue;
      known.add(id);
      if (!isMeant(pid)) {
        known.delete(id);
        continue;
      }
      const name = read(pid, 'comm').toString().trim();
      seen.add(name);
      for (const form of formsIn(commandLine, secret)) found.add(`${name} (command line): ${form}`);
      for (const form of formsIn(read(pid, 'environ'), secret)) found.add(`${name} (environment): ${form}`);
    }
  };
  look();
  const timer = setInterval(look, 5);
  return {
    seen,
    end: () => {
      clearInterval(timer);
      look();
      return [...found];
    },
  };
}

/**
 * Whether a process was started by another one, directly or not. One that is about to become another program is still its
 * parent, with its parent's environment, and does not count.
 */
export function isBelow(pid: number, ancestor: number): boolean {
  return descendsFrom(pid, ancestor) && !read(pid, 'cmdline').equals(read(ancestor, 'cmdline'));
}

function descendsFrom(pid: number, ancestor: number): boolean {
  const parent = Number(/\) \S (?<parent>\d+) /.exec(read(pid, 'stat').toString())?.groups?.['parent'] ?? 0);
  return parent !== 0 && (parent === ancestor || descendsFrom(parent, ancestor));
}

/** The processes whose command line has this text in it. */
export function processesSaying(text: string): readonly number[] {
  return processIds().filter((pid) => pid !== process.pid && read(pid, 'cmdline').includes(text));
}

function processIds(): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

function read(pid: number, file: string): Buffer {
  try {
    return readFileSync(`/proc/${pid}/${file}`);
  } catch {
    // It has ended, or belongs to somebody else.
    return Buffer.alloc(0);
  }
}
