import { readdirSync, readFileSync } from 'node:fs';

export interface FoundProcess {
  readonly pid: number;
  readonly commandLine: string;
}

/** What a file under /proc says, with blanks for zero bytes; nothing where the process is gone or not ours. */
function read(pid: number, name: 'cmdline' | 'environ' | 'stat'): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

function find(isMeant: (pid: number) => boolean): readonly FoundProcess[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => pid !== process.pid && isMeant(pid))
    .map((pid) => ({ pid, commandLine: read(pid, 'cmdline') }))
    .filter(({ pid, commandLine }) => commandLine !== '' && !/\) Z /.test(read(pid, 'stat')));
}

/** All living processes whose command line has this text in it. */
export function processesSaying(text: string): readonly FoundProcess[] {
  return find((pid) => read(pid, 'cmdline').includes(text));
}

/** All living processes that were started with this variable: what an editor started, whatever became of their parents. */
export function processesWith(variable: string, value: string): readonly FoundProcess[] {
  return find((pid) => ` ${read(pid, 'environ')} `.includes(` ${variable}=${value} `));
}

/** The processes that started this one, its parent first. */
export function ancestorsOf(pid: number): readonly number[] {
  const parent = Number(/\) \S (?<parent>\d+) /.exec(read(pid, 'stat'))?.groups?.['parent'] ?? 0);
  return parent === 0 ? [] : [parent, ...ancestorsOf(parent)];
}

/** The language server of the editor with this home. */
export function sidecarOf(home: string): readonly FoundProcess[] {
  return processesWith('HOME', home).filter(({ commandLine }) => /[\\/]dist[\\/]sidecar\.js\b/.test(commandLine));
}
