import type { EntryList } from './policy.ts';
import { isFollowed, programName } from './shell/invocations.ts';
import { gitGlobal } from './shell/gitTools.ts';
import { readOptions, takesValue } from './shell/options.ts';
import { tools } from './shell/toolTable.ts';
import { plainWord, type Word } from './shell/word.ts';

// How entries of `allowed_commands` and `denied_commands` meet a command. An entry is a word prefix of a simple command:
// `git log` covers `git log -3`, not `git logout`. What is allowed is matched narrowly, what is denied widely.

/** The entry that allows a command, word for word; global options of git that change nothing may stand between. */
export function allowingEntry(list: EntryList, words: readonly Word[]): EntryList[number] | null {
  const plain = withoutHarmlessGlobals(words);
  return list.find((entry) => [words, plain].some((candidate) => isPrefix(wordsOf(entry.text), candidate))) ?? null;
}

/** The entry that denies a command: whatever path its program has and whatever options stand between its words. */
export function denyingEntry(list: EntryList, words: readonly Word[]): EntryList[number] | null {
  return list.find((entry) => isDenied(wordsOf(entry.text), words)) ?? null;
}

/**
 * A denied command that a program nobody knows may start, because it was given it: as words of its own (`newtool rm x`),
 * or in the text of a script (`newtool -ex 'shell rm x'`).
 */
export function perhapsStarted(denied: EntryList, words: readonly Word[]): EntryList[number] | null {
  const name = programName(words[0]);
  if (name === null || name === 'git' || tools.has(name) || isFollowed(name)) return null;
  for (const [index, { text }] of words.entries()) {
    if (index === 0) continue;
    const isPlain = /^[\w./-]+$/.test(text);
    // In a text that may be a script anything that is expanded may become any name.
    const isExpanded = !isPlain && /\s/.test(text) && /[$`{*?]|\\x/.test(text);
    if (isExpanded && denied[0] !== undefined) return denied[0];
    const within = isPlain ? words.slice(index) : tokensOf(text);
    const starts = isPlain ? [within] : within.map((_, start) => within.slice(start));
    const entry = denied.find((candidate) => starts.some((start) => isDenied(wordsOf(candidate.text), start)));
    if (entry !== undefined) return entry;
  }
  return null;
}

function tokensOf(script: string): readonly Word[] {
  return script
    .replace(/\\\n|['"\\]/g, '')
    .split(/[^\w./-]+/)
    .map(plainWord);
}

// A cache and nothing else: an entry always has the same words.
const taken = new Map<string, readonly string[]>();

function wordsOf(text: string): readonly string[] {
  const known = taken.get(text);
  if (known !== undefined) return known;
  const words = text.trim().split(/\s+/);
  if (taken.size < 10_000) taken.set(text, words);
  return words;
}

function isPrefix(prefix: readonly string[], words: readonly Word[]): boolean {
  return prefix.every((part, index) => {
    const word = words[index];
    return word !== undefined && !word.isDynamic && !word.isGlob && word.text === part;
  });
}

function withoutHarmlessGlobals(words: readonly Word[]): readonly Word[] {
  if (words[0]?.text !== 'git') return words;
  let index = 1;
  for (; index < words.length; index++) {
    const word = words[index];
    if (word === undefined || !word.text.startsWith('-')) break;
    const [option] = readOptions(word, gitGlobal);
    const isHarmless = option?.kind === 'flag' || option?.kind === 'folder';
    if (!isHarmless) return words;
    if (option.kind !== null && takesValue(option.kind) && option.glued === null) index += 1;
  }
  return [words[0], ...words.slice(index)];
}

function isDenied(denied: readonly string[], words: readonly Word[]): boolean {
  const [first, ...rest] = denied;
  const [program, ...args] = words;
  const name = programName(program);
  if (first === undefined || name === null) return false;
  const isProgram = first.includes('/') ? program?.text === first : name.toLowerCase() === first.toLowerCase();
  return isProgram && follows(rest, args);
}

/** Whether the denied words come in this order, with nothing between them but options and what may be their values. */
function follows(denied: readonly string[], args: readonly Word[]): boolean {
  const [next, ...rest] = denied;
  if (next === undefined) return true;
  if (next.startsWith('-')) {
    return args.some(
      (word, index) => isOption(next, word.text) && follows(rest, [...args.slice(0, index), ...args.slice(index + 1)]),
    );
  }
  for (const [index, word] of args.entries()) {
    if (word.text === next && follows(rest, args.slice(index + 1))) return true;
    const isBetween = word.text.startsWith('-') || args[index - 1]?.text.startsWith('-') === true;
    if (!isBetween) return false;
  }
  return false;
}

/** Whether a word is a denied option: as it is, with a value, cut short, or bundled with others. */
function isOption(denied: string, word: string): boolean {
  if (word === denied || word.startsWith(`${denied}=`)) return true;
  if (denied.startsWith('--')) return word.length > 3 && word.startsWith('--') && denied.startsWith(word);
  return /^-[A-Za-z]$/.test(denied) && /^-[A-Za-z]+$/.test(word) && word.includes(denied.charAt(1));
}
