import type { Word } from './word.ts';

// Package managers and environments that start a program which is named behind their own words: `npm exec -- rm x`,
// `poetry run rm x`, `npx -c 'rm x'`. They stay what must be listed; what they start is judged with them.

/** What is started: the words of a command, or a text that a shell gets. */
export interface Started {
  readonly kind: 'command' | 'script';
  readonly words: readonly Word[];
}

/** By the words that start something; longer ones first. */
const runners: readonly (readonly string[])[] = (
  'npm exec,npm x,pnpm exec,pnpm dlx,yarn exec,yarn dlx,bun x,npx,pnpx,bunx,uvx,uv run,uv tool run,pipx run,poetry run,' +
  'pipenv run,hatch run,pdm run,rye run,conda run,bundle exec,rbenv exec,pyenv exec,mise exec,mise x,asdf exec,' +
  'direnv exec,nix-shell,nix develop,nix shell,opam exec,cross-env,dotenv'
)
  .split(',')
  .map((text) => text.split(' '))
  .toSorted((a, b) => b.length - a.length);
const scriptOption = /^(?:-c|--call|--run|--command)(?:=(.*))?$/s;
const values = new Set(
  '-p --package -w --workspace -F --filter -C --dir --cwd --prefix --from --with --python -n --name -e -f --registry'.split(
    ' ',
  ),
);

/** What a command that runs another one starts; null where it is none of them, or starts nothing that can be seen. */
export function startedBy(words: readonly Word[], program: string | null): Started | null {
  const texts = words.map(({ text }) => text);
  const runner = runners.find(([name, ...rest]) => name === program && follows(rest, texts.slice(1)) !== null);
  if (runner === undefined) return null;
  const args = words.slice(1 + (follows(runner.slice(1), texts.slice(1)) ?? 0));
  for (let index = 0; index < args.length; index++) {
    const word = args[index];
    if (word === undefined) break;
    const script = scriptOption.exec(word.text);
    if (script !== null) {
      const next = script[1] === undefined ? args[index + 1] : { ...word, text: script[1] };
      return next === undefined ? null : { kind: 'script', words: [next] };
    }
    if (word.text === '--') continue;
    if (word.text.startsWith('-')) {
      if (values.has(word.text)) index += 1;
      continue;
    }
    if (/^(?:cross-env|dotenv)$/.test(program ?? '') && word.text.includes('=')) continue;
    return { kind: 'command', words: args.slice(index) };
  }
  return null;
}

const packagers: ReadonlySet<string> = new Set(['npm', 'pnpm', 'yarn', 'bun']);
const settings: readonly (readonly [words: readonly string[], file: string])[] = [
  ...['set', 'delete', 'fix'].map((verb) => [['pkg', verb], 'package.json'] as const),
  ...['set', 'delete', 'edit'].map((verb) => [['config', verb], '.npmrc'] as const),
  [['set'], '.npmrc'],
];

/** The file of settings that a package manager's own command changes; null where it changes none. */
export function settingsChangedBy(words: readonly Word[], program: string | null): string | null {
  if (program === null || !packagers.has(program)) return null;
  const texts = words.slice(1).map(({ text }) => text);
  return settings.find(([wanted]) => follows(wanted, texts) !== null)?.[1] ?? null;
}

/** How many words it takes until these have come, with nothing but options between them; null where they do not. */
function follows(wanted: readonly string[], texts: readonly string[]): number | null {
  let at = 0;
  for (const word of wanted) {
    while (texts[at]?.startsWith('-') === true) at += values.has(texts[at] ?? '') ? 2 : 1;
    if (texts[at] !== word) return null;
    at += 1;
  }
  return at;
}
