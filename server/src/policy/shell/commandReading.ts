import type { ActionOf } from '#protocol/action';
import type { Access, PathUse } from '../pathUse.ts';
import type { Doubt, ReadArguments, WordUse } from './argumentReading.ts';
import { readArguments } from './arguments.ts';
import { from, type Folders } from './folders.ts';
import { programName, readInvocations, type Invocation } from './invocations.ts';
import { settingsChangedBy } from './runners.ts';
import { plainWord, type Word } from './word.ts';

/** A command line, understood: what it starts, which paths it names, and what speaks against it. */
export interface CommandReading {
  readonly parts: readonly { readonly invocation: Invocation; readonly args: ReadArguments }[];
  readonly uses: readonly PathUse[];
  readonly doubts: readonly Doubt[];
  /** Why it cannot be understood at all; then nothing else here counts. */
  readonly unparsable: string | null;
}

/** Streams that every process has, and sources of nothing and of chance: no files of anybody. */
const harmlessDevice = /^\/dev\/(?:null|zero|full|random|urandom|stdin|stdout|stderr|tty|fd\/\d+)$/;

/** Where a system keeps its programs: naming one by its path is naming a program, not a file. */
const systemProgram = /^\/(?:usr\/(?:local\/)?)?s?bin\/[^/]+$/;

/** Takes a command apart. Pure: the same action always gives the same reading. */
export function readCommand(action: ActionOf<'command'>): CommandReading {
  const read = readInvocations(action.command, [action.cwd ?? '']);
  const unparsable = read.problems.find((problem) => problem.kind === 'unparsable')?.reason ?? null;
  const collected = collector();
  if (action.cwd !== undefined) {
    collected.uses.push({ path: action.cwd, access: 'list', isCertain: true, isFolder: true });
  }
  for (const problem of read.problems) {
    if (problem.kind === 'unparsable') continue;
    collected.doubts.push({
      decision: problem.kind === 'dynamic' ? 'REQUIRE_APPROVAL' : 'DENY',
      reason: problem.reason,
    });
  }
  const parts = read.invocations.map((invocation) => {
    const args = readArguments(invocation.words);
    collectFrom(invocation, args, collected);
    return { invocation, args };
  });
  return { parts, uses: unique(collected.uses), doubts: collected.doubts, unparsable };
}

interface Collected {
  readonly uses: PathUse[];
  readonly doubts: Doubt[];
}

function collector(): Collected {
  return { uses: [], doubts: [] };
}

function collectFrom(invocation: Invocation, args: ReadArguments, collected: Collected): void {
  const { folders, words } = invocation;
  const [program] = words;
  if (program?.isDynamic === true || program?.isGlob === true) {
    collected.doubts.push({ decision: 'DENY', reason: 'the name of a program in it is only known when it runs' });
  } else if (program !== undefined && program.text.includes('/') && !systemProgram.test(program.text)) {
    add({ word: program, access: 'run', isCertain: true, isRecursive: false, isFolder: false }, folders, collected);
  }
  for (const { access, target } of invocation.redirections) {
    if (target.isDynamic || target.isGlob) {
      collected.doubts.push({
        decision: 'DENY',
        reason: 'the file it redirects to or from is only known when it runs',
      });
      continue;
    }
    add({ word: target, access, isCertain: true, isRecursive: false, isFolder: false }, folders, collected);
  }
  const moved = args.folder === null ? folders : movedTo(folders, args.folder);
  const settings = settingsChangedBy(words, programName(program));
  if (settings !== null) {
    add(
      { word: plainWord(settings), access: 'write', isCertain: true, isRecursive: false, isFolder: false },
      moved,
      collected,
    );
  }
  const isWordOfGlobals = (use: WordUse) => use.word === args.folder;
  for (const use of args.uses) add(use, isWordOfGlobals(use) ? folders : moved, collected);
  collected.doubts.push(...args.doubts);
  if (invocation.readsProgram || readsProgramFromInput(invocation)) {
    collected.doubts.push({ decision: 'DENY', reason: 'it runs a program that comes in as text' });
  }
  if (invocation.addsArguments === 'unknown' && !takesOnlyText(args, words)) {
    collected.doubts.push({ decision: 'DENY', reason: 'what it works on is only known when it runs' });
  }
}

function movedTo(folders: Folders, folder: Word): Folders {
  if (folders === null || folder.isDynamic || folder.isGlob || folder.isHome) return null;
  return folders.map((start) => from(start, folder.text));
}

function takesOnlyText(args: ReadArguments, words: readonly Word[]): boolean {
  return args.uses.length === 0 && /^(?:echo|printf|true)$/.test(words[0]?.text ?? '');
}

const interpreter = /^(?:python[\d.]*|node|deno|bun|perl|ruby|php|lua|osascript|pwsh)$/;

/** Names of what comes in, as a program would be given a file. */
const isInput = /^(?:-|\/dev\/stdin|\/dev\/fd\/\d+|\/proc\/(?:self|thread-self|\d+)\/fd\/\d+)$/;

function readsProgramFromInput(invocation: Invocation): boolean {
  const [program, ...args] = invocation.words;
  if (program === undefined || !interpreter.test(program.text.split('/').at(-1) ?? '')) return false;
  if (args.some((word) => isInput.test(word.text))) return true;
  return (
    invocation.hasInput &&
    args.every((word) => word.text.startsWith('-') && !/^-(?:m|-test|-version|v|V)/.test(word.text))
  );
}

function add(use: WordUse, folders: Folders, collected: Collected): void {
  const { word, access, isCertain, isRecursive, isFolder } = use;
  if (harmlessDevice.test(word.text)) return;
  if (word.isHome) {
    collected.doubts.push({ decision: 'DENY', reason: 'it reaches into the home directory, outside the workspace' });
    return;
  }
  if (word.text === '' && !isCertain) return;
  const isAbsolute = word.text.startsWith('/');
  if (folders === null && !isAbsolute) {
    if (isCertain || word.text.includes('/') || word.text === '..') {
      collected.doubts.push({
        decision: decisionFor(access),
        reason: 'the folder it runs in is only known when it runs',
      });
    }
    return;
  }
  const { base, glob } = word.isGlob ? splitGlob(word.text) : { base: word.text, glob: undefined };
  for (const folder of isAbsolute ? [''] : (folders ?? [])) {
    collected.uses.push({
      path: from(folder, base) || '.',
      access,
      isCertain,
      ...(glob === undefined ? {} : { glob }),
      ...(isRecursive ? { isRecursive } : {}),
      ...(isFolder ? { isFolder } : {}),
    });
  }
}

function decisionFor(access: Access): Doubt['decision'] {
  return access === 'write' || access === 'delete' || access === 'run' ? 'DENY' : 'REQUIRE_APPROVAL';
}

/** The part of a pattern that is plain, and the segments from the first wildcard on. */
function splitGlob(text: string): { base: string; glob: readonly string[] } {
  const segments = text.split('/');
  const first = segments.findIndex((segment) => /[*?[]/.test(segment));
  if (first < 0) return { base: text, glob: [] };
  const base = segments.slice(0, first).join('/');
  const glob = segments.slice(first).filter((segment) => segment !== '');
  return { base: base === '' ? (text.startsWith('/') ? '/' : '.') : base, glob };
}

function unique(uses: readonly PathUse[]): readonly PathUse[] {
  return [...new Map(uses.map((use) => [JSON.stringify(use), use])).values()];
}
