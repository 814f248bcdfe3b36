import { programName, type Invocation } from './shell/invocations.ts';
import type { Word } from './shell/word.ts';

// One spelling for commands that do the same, so that a second try of what a person denied is recognised. It may take two
// commands for the same that are not quite: then a person is asked once more, and nothing else comes of it.

/** A command as program and operands; options count only where there is nothing else to tell it by. */
export function commandMark(words: readonly Word[]): string {
  const { program, rest } = spelled(words);
  const isOption = (text: string): boolean => /^[-+]./.test(text);
  const operands = rest.filter((text) => !isOption(text));
  const told = operands.length > 0 ? operands : rest.toSorted();
  const [first, ...more] = told;
  const renamed = packagers.has(program) && first !== undefined ? [packagerWords.get(first) ?? first, ...more] : told;
  return [packagers.has(program) ? 'npm' : program, ...renamed].join(' ');
}

/** What only prints, moves or waits says nothing about what else a line is for. */
export function isCarrier({ words, redirections }: Invocation): boolean {
  const name = programName(words[0]);
  return name !== null && redirections.length === 0 && carriers.has(name);
}

/** Whether a part of a command only shows what files contain. */
export function isReader({ invocation }: { readonly invocation: Invocation }): boolean {
  const name = programName(invocation.words[0]);
  return name !== null && (readers.has(name) || carriers.has(name));
}

function spelled(words: readonly Word[]): { readonly program: string; readonly rest: readonly string[] } {
  const texts = words.map((word) => (word.isDynamic ? `${word.text}…` : word.text));
  const program = (programName(words[0]) ?? '…').toLowerCase().replace(/^(python|pip|node)[\d.]+$/, '$1');
  const rest = texts.slice(1);
  // `python -m pip` is pip.
  if (program === 'python' && rest[0] === '-m' && rest[1] !== undefined)
    return { program: rest[1], rest: rest.slice(2) };
  if (program !== 'git') return { program, rest };
  let from = 0;
  while (rest[from]?.startsWith('-') === true) from += gitValues.has(rest[from] ?? '') ? 2 : 1;
  return { program, rest: rest.slice(from) };
}

const gitValues: ReadonlySet<string> = new Set(['-C', '-c', '--git-dir', '--work-tree', '--namespace', '--config-env']);

/** They take each other's packages: what one may not install, another may not either. */
const packagers: ReadonlySet<string> = new Set(['npm', 'pnpm', 'yarn', 'bun', 'cnpm']);
const packagerWords: ReadonlyMap<string, string> = new Map([
  ['i', 'install'],
  ['in', 'install'],
  ['add', 'install'],
  ['un', 'uninstall'],
  ['remove', 'uninstall'],
  ['rm', 'uninstall'],
  ['t', 'test'],
  ['tst', 'test'],
  ['run-script', 'run'],
  ['rum', 'run'],
  ['x', 'exec'],
]);

const carriers = namesIn(
  'cd pwd echo printf true false : test [ [[ exit return sleep wait set ls which type date uname whoami xargs export pushd popd',
);
const readers = namesIn(
  'cat tac head tail less more nl cut grep egrep fgrep rg strings xxd od hexdump base64 wc file stat diff cmp bat jq md5sum sha256sum find fd',
);

function namesIn(text: string): ReadonlySet<string> {
  return new Set(text.split(' '));
}
