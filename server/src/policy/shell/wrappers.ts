import type { Word } from './word.ts';

/** How a program that starts another one says which. */
export interface Wrapper {
  /** Options that take the next word as their value. */
  readonly values: readonly string[];
  /** Words between the options and the inner command: a time, a lock file, a host. */
  readonly skips: number;
  /** What follows: the words of a command, or words that are joined and parsed as a script. */
  readonly inner: 'command' | 'script';
  /** Whether it adds nothing to what the inner command may do, so that only the inner one must be allowed. */
  readonly isTransparent: boolean;
  /** `NAME=value` words in front of the inner command are assignments. */
  readonly takesAssignments?: boolean;
  /** An option whose value is a script: `flock FILE -c '…'`. */
  readonly scriptOption?: string;
}

const transparent = { skips: 0, inner: 'command', isTransparent: true } as const;
const opaque = { skips: 0, inner: 'command', isTransparent: false } as const;

export const wrappers: ReadonlyMap<string, Wrapper> = new Map<string, Wrapper>([
  ['timeout', { ...transparent, values: ['-s', '-k', '--signal', '--kill-after'], skips: 1 }],
  ['nice', { ...transparent, values: ['-n', '--adjustment'] }],
  ['ionice', { ...transparent, values: ['-c', '-n', '--class', '--classdata'] }],
  ['nohup', { ...transparent, values: [] }],
  ['setsid', { ...transparent, values: [] }],
  ['stdbuf', { ...transparent, values: ['-i', '-o', '-e', '--input', '--output', '--error'] }],
  ['time', { ...transparent, values: ['-f', '--format'] }],
  ['command', { ...transparent, values: [] }],
  ['builtin', { ...transparent, values: [] }],
  ['exec', { ...transparent, values: ['-a'] }],
  ['env', { ...transparent, values: ['-u', '--unset', '-C', '--chdir'], takesAssignments: true, scriptOption: '-S' }],
  [
    'sudo',
    {
      ...opaque,
      values: ['-u', '-g', '-h', '-p', '-C', '-T', '-r', '-t', '-U', '-D', '-R', '--user', '--group'],
      takesAssignments: true,
    },
  ],
  ['doas', { ...opaque, values: ['-u', '-C'] }],
  ['watch', { ...opaque, values: ['-n', '--interval'], inner: 'script' }],
  [
    'xargs',
    {
      ...opaque,
      values: [
        '-I',
        '-n',
        '-P',
        '-L',
        '-d',
        '-a',
        '-E',
        '-s',
        '--arg-file',
        '--delimiter',
        '--max-args',
        '--max-procs',
        '--max-lines',
        '--replace',
        '--max-chars',
        '--process-slot-var',
      ],
    },
  ],
  ['busybox', { ...opaque, values: [] }],
  ['toybox', { ...opaque, values: [] }],
  ['strace', { ...opaque, values: ['-e', '-o', '-p', '-s', '-u', '-E', '-P', '-a', '-O', '-S'] }],
  ['ltrace', { ...opaque, values: ['-e', '-o', '-p', '-s', '-u', '-n', '-a'] }],
  [
    'flock',
    { ...opaque, values: ['-w', '-E', '--timeout', '--wait', '--conflict-exit-code'], skips: 1, scriptOption: '-c' },
  ],
  ['script', { ...opaque, values: ['-E', '-I', '-O', '-B', '-T', '-m', '-o'], scriptOption: '-c', skips: 1 }],
  [
    'ssh',
    { ...opaque, values: 'BbcDEeFIiJLlmOopQRSWw'.split('').map((letter) => `-${letter}`), skips: 1, inner: 'script' },
  ],
  ['su', { ...opaque, values: ['-s', '-g', '-G', '-w'], skips: 1, scriptOption: '-c' }],
  ['chroot', { ...opaque, values: ['--userspec', '--groups'], skips: 1 }],
  ['unshare', { ...opaque, values: [] }],
  ['nsenter', { ...opaque, values: ['-t', '-S', '-G'] }],
  ['taskset', { ...opaque, values: [], skips: 1 }],
  ['chronic', { ...opaque, values: [] }],
  ['parallel', { ...opaque, values: ['-j', '-N', '-n', '--jobs'], inner: 'script' }],
  ['chrt', { ...opaque, values: ['-T', '-P', '-D'], skips: 1 }],
  ['prlimit', { ...opaque, values: ['-o'] }],
  ['numactl', { ...opaque, values: ['-m', '-N', '-C', '-i', '-p', '-P'] }],
  ['cgexec', { ...opaque, values: ['-g'] }],
  ['systemd-run', { ...opaque, values: ['-p', '-u', '-E', '-d', '-M', '-H', '--uid', '--gid', '--unit', '--slice'] }],
  ['runuser', { ...opaque, values: ['-u', '-g', '-G', '-s', '-w'], scriptOption: '-c' }],
  ['setpriv', { ...opaque, values: [] }],
  ['setarch', { ...opaque, values: [] }],
  ['pkexec', { ...opaque, values: ['--user'] }],
  ['sg', { ...opaque, values: [], skips: 1, scriptOption: '-c' }],
  ['firejail', { ...opaque, values: [] }],
  ['fakeroot', { ...opaque, values: ['-s', '-i', '-l', '-f', '-b'] }],
  ['proot', { ...opaque, values: ['-r', '-b', '-q', '-w', '-v'] }],
  ['valgrind', { ...opaque, values: [] }],
  ['eatmydata', { ...opaque, values: [] }],
  ['catchsegv', { ...opaque, values: [] }],
  ['unbuffer', { ...opaque, values: ['-p'] }],
  ['rlwrap', { ...opaque, values: [] }],
  ['entr', { ...opaque, values: [] }],
  ['hyperfine', { ...opaque, values: ['-r', '-w', '-p', '-S', '-n', '-m', '-M'], inner: 'script' }],
  ['dbus-run-session', { ...opaque, values: [] }],
  ['xvfb-run', { ...opaque, values: ['-n', '-e', '-f', '-s', '-w', '-p'] }],
]);

/** What a wrapper starts, read from the words after its name. */
export type Inner =
  | { readonly kind: 'nothing' }
  | {
      readonly kind: 'command';
      readonly words: readonly Word[];
      readonly assignments: readonly Word[];
      readonly options: readonly Word[];
    }
  | { readonly kind: 'script'; readonly words: readonly Word[] };

export function innerOf(wrapper: Wrapper, args: readonly Word[]): Inner {
  const options: Word[] = [];
  const assignments: Word[] = [];
  let index = 0;
  let skips = wrapper.skips;
  for (; index < args.length; index++) {
    const word = args[index];
    if (word === undefined) break;
    if (wrapper.scriptOption !== undefined && isScriptOption(wrapper.scriptOption, word.text)) {
      const glued = word.text.replace(/^--split-string=|^-\w*?[cS]/, '');
      return { kind: 'script', words: [...(glued === '' ? [] : [{ ...word, text: glued }]), ...args.slice(index + 1)] };
    }
    if (word.text === '--') continue;
    if (word.text.startsWith('-') && word.text !== '-') {
      options.push(word);
      if (wrapper.values.includes(word.text)) index += 1;
      continue;
    }
    if (wrapper.takesAssignments === true && /^[^=/\s]+=/.test(word.text)) {
      assignments.push(word);
      continue;
    }
    if (skips > 0) {
      skips -= 1;
      continue;
    }
    break;
  }
  const words = args.slice(index);
  if (words.length === 0) return { kind: 'nothing' };
  return wrapper.inner === 'script' ? { kind: 'script', words } : { kind: 'command', words, assignments, options };
}

function isScriptOption(option: string, text: string): boolean {
  if (option === '-S' && text.startsWith('--split-string')) return true;
  if (option === '-c' && /^--(command|session-command)/.test(text)) return true;
  return /^-[A-Za-z]+/.test(text) && !text.startsWith('--') && new RegExp(`^-[a-zA-Z]*${option.slice(1)}`).test(text);
}
