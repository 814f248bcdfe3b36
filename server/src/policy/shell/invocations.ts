import type { Folders } from './folders.ts';
import { startedBy, type Started } from './runners.ts';
import { readScript } from './script.ts';
import type { Redirected, ScriptProblem, SimpleCommand } from './simpleCommand.ts';
import { plainWord, type Word } from './word.ts';
import { innerOf, wrappers } from './wrappers.ts';

/** One program that a command line starts, whatever stands in front of it. */
export interface Invocation {
  readonly words: readonly Word[];
  readonly assignments: readonly { readonly name: string; readonly value: Word | null }[];
  readonly redirections: readonly Redirected[];
  readonly folders: Folders;
  /** False for what only starts another command and adds nothing to it. */
  readonly needsListing: boolean;
  /** Arguments that are only known when it runs are added behind its words (`xargs`). */
  readonly addsArguments: 'none' | 'names' | 'unknown';
  /** Whether its program comes from its input, as in `… | bash`. */
  readonly readsProgram: boolean;
  readonly hasInput: boolean;
}

export interface Invocations {
  readonly invocations: readonly Invocation[];
  readonly problems: readonly ScriptProblem[];
}

const maxWrapping = 12;
const shells = /^(?:r?ba|da|r?z|r?k|mk|pdk|a|ya|fi|tc|c|o|x)?sh[\d.]*$/;

/** Everything that a command line starts, wrappers and shells followed. Pure; never throws on what an agent writes. */
export function readInvocations(text: string, folders: Folders): Invocations {
  const invocations: Invocation[] = [];
  const problems: ScriptProblem[] = [];
  follow(text, folders, 0);
  return { invocations, problems };

  function follow(script: string, start: Folders, depth: number): void {
    if (depth > maxWrapping) {
      problems.push({ kind: 'unparsable', reason: 'it is nested too deeply' });
      return;
    }
    const read = readScript(script, start);
    problems.push(...read.problems);
    for (const command of read.commands) {
      // Nothing should run after `exit`; should it run nevertheless, nobody knows where.
      const where = command.folders?.length === 0 ? null : command.folders;
      expand({ ...command, folders: where }, depth);
    }
  }

  function expand(command: SimpleCommand, depth: number): void {
    const { words } = command;
    const name = programName(words[0]);
    if (depth > maxWrapping) {
      problems.push({ kind: 'unparsable', reason: 'it is nested too deeply' });
    } else if (name !== null && shells.test(name)) {
      expandShell(command, depth);
    } else if (name === 'eval') {
      add(command, { needsListing: false });
      followWords(words.slice(1), command, depth);
    } else if (name !== null && wrappers.has(name)) {
      expandWrapper(name, command, depth);
    } else if (name === 'find' || name === 'fd') {
      add(command);
      for (const inner of executedBy(words))
        expand({ ...command, words: inner, assignments: [], redirections: [], feed: null }, depth + 1);
    } else {
      add(command);
      expandRunner(startedBy(words, name), command, depth);
    }
  }

  /** Who is listed may run its programs; that they are not denied and touch nothing denied is looked at all the same. */
  function expandRunner(started: Started | null, command: SimpleCommand, depth: number): void {
    if (started === null) return;
    if (started.kind === 'script') return followWords(started.words, command, depth);
    const from = invocations.length;
    expand({ ...command, words: started.words, assignments: [], redirections: [], feed: null }, depth + 1);
    const [first] = invocations.slice(from);
    if (first !== undefined) invocations[from] = { ...first, needsListing: false };
  }

  function expandWrapper(name: string, command: SimpleCommand, depth: number): void {
    const wrapper = wrappers.get(name);
    if (wrapper === undefined) return;
    const args = command.words.slice(1);
    // `command -v git` only tells where a program is.
    const isLookup = name === 'command' && /^-[pvV]*[vV]/.test(args[0]?.text ?? '');
    const inner = isLookup ? ({ kind: 'nothing' } as const) : innerOf(wrapper, args);
    const assigned = inner.kind === 'command' ? inner.assignments.map(assignmentOf) : [];
    add(
      { ...command, assignments: [...command.assignments, ...assigned] },
      { needsListing: !wrapper.isTransparent || (inner.kind === 'nothing' && name !== 'exec') },
    );
    if (inner.kind === 'script') followWords(inner.words, command, depth);
    if (inner.kind !== 'command') return;
    const movesAway =
      inner.options.some((word) => /^(-C|--chdir|-D)/.test(word.text)) && (name === 'env' || name === 'sudo');
    const folders = movesAway ? null : command.folders;
    const from = invocations.length;
    expand({ ...command, words: inner.words, assignments: [], redirections: [], folders }, depth + 1);
    if (name === 'xargs') markAdded(from, command);
  }

  function expandShell(command: SimpleCommand, depth: number): void {
    const read = shellProgram(command.words.slice(1));
    const readsProgram = read.kind === 'input' && command.hasInput;
    add(command, { needsListing: read.kind !== 'script', readsProgram });
    if (read.kind === 'script') followWords([read.word], command, depth);
  }

  function followWords(words: readonly Word[], command: SimpleCommand, depth: number): void {
    if (words.some((word) => word.isDynamic || word.isGlob || word.isHome)) {
      problems.push({ kind: 'hidden-code', reason: 'it runs a text that is only known when it runs' });
    }
    follow(words.map((word) => word.text).join(' '), command.folders, depth + 1);
  }

  function markAdded(from: number, command: SimpleCommand): void {
    const isNames = command.feed !== null && listsNames(command.feed.words);
    for (const [index, invocation] of invocations.entries()) {
      if (index >= from) invocations[index] = { ...invocation, addsArguments: isNames ? 'names' : 'unknown' };
    }
  }

  function add(command: SimpleCommand, more: Partial<Invocation> = {}): void {
    const { words, assignments, redirections, folders, hasInput } = command;
    invocations.push({
      words,
      assignments,
      redirections,
      folders,
      hasInput,
      needsListing: true,
      addsArguments: 'none',
      readsProgram: false,
      ...more,
    });
  }
}

/** Whether what a program starts is found and judged by itself. */
export function isFollowed(name: string): boolean {
  return shells.test(name) || wrappers.has(name) || /^(?:eval|find|fd)$/.test(name);
}

/** The name of a program without its folder; null where only the run can tell. */
export function programName(word: Word | undefined): string | null {
  if (word === undefined || word.isDynamic || word.isGlob) return null;
  return word.text.split('/').at(-1) ?? '';
}

/** What a shell runs: a text after `-c`, a file, or what comes in. */
function shellProgram(args: readonly Word[]): { kind: 'script'; word: Word } | { kind: 'file' | 'input' } {
  let takesScript = false;
  for (let index = 0; index < args.length; index++) {
    const word = args[index];
    if (word === undefined) break;
    const isOption = /^[-+]./.test(word.text) && word.text !== '--';
    if (!isOption) {
      if (word.text === '--' || word.text === '-') continue;
      if (takesScript) return { kind: 'script', word };
      return { kind: /^\/(?:dev|proc)\//.test(word.text) ? 'input' : 'file' };
    }
    if (word.text.startsWith('--')) {
      if (/^--(rcfile|init-file)$/.test(word.text)) index += 1;
      continue;
    }
    if (/^-[a-zA-Z]*c/.test(word.text)) takesScript = true;
    if (/^[-+][a-zA-Z]*[oO]$/.test(word.text)) index += 1;
  }
  return { kind: 'input' };
}

/** The commands after `-exec` and its like in a `find`. */
function executedBy(words: readonly Word[]): readonly (readonly Word[])[] {
  const found: Word[][] = [];
  const [, start] = words;
  const searched = start === undefined || /^[-(!]/.test(start.text) ? plainWord('.') : start;
  for (const [index, word] of words.entries()) {
    if (!/^(-exec|-execdir|-ok|-okdir|-x|-X|--exec|--exec-batch)$/.test(word.text)) continue;
    const rest = words.slice(index + 1);
    const end = rest.findIndex((item) => item.text === ';' || item.text === '+');
    // What find puts in the place of {} lies below where it searches.
    found.push((end < 0 ? rest : rest.slice(0, end)).map((item) => (item.text === '{}' ? searched : item)));
  }
  return found;
}

/** Whether a command prints names of files below the folders it was given, and nothing else. */
function listsNames(words: readonly Word[]): boolean {
  const texts = words.map((word) => word.text);
  const name = programName(words[0]);
  if (name === 'find') return !texts.some((text) => /^-(printf|fprint|fls|exec|ok)/.test(text));
  if (name === 'git') return texts[1] === 'ls-files' || (texts[1] === 'grep' && texts.includes('-l'));
  if (name === 'rg') return texts.some((text) => /^(--files|--files-with-matches|-l)$/.test(text));
  return (
    name === 'grep' &&
    texts.some((text) => /^-[a-zA-Z]*l/.test(text)) &&
    texts.some((text) => /^-[a-zA-Z]*[rR]/.test(text))
  );
}

function assignmentOf(word: Word): { name: string; value: Word } {
  const at = word.text.indexOf('=');
  return { name: word.text.slice(0, at), value: { ...word, text: word.text.slice(at + 1) } };
}
