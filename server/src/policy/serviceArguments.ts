import path from 'node:path/posix';
import type { ActionOf } from '#protocol/action';
import { commandPathUses } from './commandUses.ts';
import type { PathUse } from './pathUse.ts';
import { spellings } from './spellings.ts';

// What the arguments of an MCP call lead to. Servers name their members as they like and nest them as they like, so
// members are recognised by the words in their names, and values by their form wherever they stand. Prose is left alone.

type Call = ActionOf<'mcp_call'>;

/** Paths among a call's arguments, in every spelling that a server could read as one. */
export function servicePathUses(action: Call): readonly PathUse[] {
  const access = reading.test(action.tool) ? 'read' : 'write';
  const paths = textsOf(action.arguments).flatMap(({ text, name }) => pathsOf(text, name));
  return [
    ...[...new Set(paths)].map(
      (named) => ({ path: named, access, isCertain: true, isRecursive: access === 'write' }) as const,
    ),
    ...serviceCommands(action).flatMap(commandPathUses),
  ];
}

/** Addresses among a call's arguments: the rules of hosts are asked about each. */
export function serviceUrls(action: Call): readonly string[] {
  const urls = textsOf(action.arguments).flatMap(({ text, name }) => {
    return spellings(text).filter((spelling) => {
      if (/file:/i.test(spelling)) return false;
      const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(spelling)?.[1]?.toLowerCase();
      if (scheme === undefined) return false;
      return isNamed(name, urlWords, gluedUrl) ? true : webSchemes.has(scheme) && /^\S+$/.test(spelling);
    });
  });
  return [...new Set(urls)];
}

/** Everything that a call says, in every spelling that a reader could make of it: what is sent is looked through. */
export function serviceText(action: Call): string {
  return textsOf(action.arguments)
    .flatMap(({ text }) => spellings(text))
    .join('\n');
}

/** Command lines among a call's arguments, for servers that run them; also in words of their own (`command`, `args`). */
export function serviceCommands(action: Call): readonly ActionOf<'command'>[] {
  const written = textsOf(action.arguments)
    .filter(({ name }) => isNamed(name, commandWords, gluedCommand))
    .map(({ text }) => text);
  return [...written, ...wordsOf(action.arguments)].filter(isRunnable).map(commandOf);
}

/** What may be a command line, because the tool or the member is called like it: SQL and code may stand there as well. */
export function servicePerhapsCommands(action: Call): readonly ActionOf<'command'>[] {
  const isShell = isNamed(action.tool, shellWords, /(?:shell|bash|terminal|exec|command)$/);
  return textsOf(action.arguments)
    .filter(({ name }) => name !== '' && (isShell || isNamed(name, scriptWords, /script$/)))
    .map(({ text }) => text)
    .filter(isRunnable)
    .map(commandOf);
}

/** Texts that could be relative paths under a name that says nothing of it, as they would be written plainly. */
export function servicePerhapsPaths(action: Call): readonly PathUse[] {
  const paths = textsOf(action.arguments).flatMap(({ text, name }) => {
    if (isNamed(name, pathWords, gluedPath) || isNamed(name, branchWords, gluedBranch)) return [];
    return /^(?:\.\/)*(?:\.[\w-]|[^\s/:]+\/)[^\s:]*$/.test(text) && text.length <= 4096 ? [path.normalize(text)] : [];
  });
  const access = reading.test(action.tool) ? 'read' : 'write';
  return [...new Set(paths)].map((named) => ({ path: named, access, isCertain: false }));
}

/** Branches that a call would change; where one only comes from is not asked about. */
export function serviceBranches(action: Call): readonly string[] {
  if (reading.test(action.tool)) return [];
  return textsOf(action.arguments)
    .filter(({ name }) => isNamed(name, branchWords, gluedBranch) && !/^(?:from|source|base|start|compare)/i.test(name))
    .map(({ text }) => text.replace(/^heads\//, ''));
}

function commandOf(command: string): ActionOf<'command'> {
  return { kind: 'command', command };
}

function isRunnable(text: string): boolean {
  return text !== '' && text.length <= 65_536;
}

/** Commands that stand there word by word: a list of words, or a program beside the list of its arguments. */
function wordsOf(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  const members = Object.entries(value);
  const lists = members.flatMap(([name, member]) => (isTexts(member) ? [{ name, words: member }] : []));
  const programs = members.flatMap(([name, member]) =>
    typeof member === 'string' && isNamed(name, programWords, gluedCommand) ? [member] : [],
  );
  return [
    ...lists.filter(({ name }) => isNamed(name, listWords, gluedCommand)).map(({ words }) => quoted(words)),
    ...programs.flatMap((program) =>
      lists
        .filter(({ name }) => isNamed(name, argumentWords, /(?:args|argv|arguments)$/))
        .map(({ words }) => `${program} ${quoted(words)}`),
    ),
    ...members.flatMap(([, member]) => wordsOf(member)),
  ];
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'string');
}

function quoted(words: readonly string[]): string {
  return words.map((word) => (/^[\w./:@%+,=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ');
}

const pathWords = wordSet(
  'path paths pathname file files filename filenames uri uris dir dirs directory directories folder folders cwd root roots source sources destination dest src target targets workdir',
);
const gluedPath = /(?:path|paths|(?<!pro)file|(?<!pro)files|(?<!pro)filename|dir|directory|folder)$/;
const urlWords = wordSet('url urls uri uris href link endpoint route address website');
const gluedUrl = /(?:url|urls|uri|uris|href)$/;
const commandWords = wordSet('command commands cmd cmdline commandline shell bash');
const gluedCommand = /(?:command|cmd)$/;
const programWords = wordSet('command cmd program executable exec binary bin run');
const listWords = wordSet('command commands cmd argv');
const argumentWords = wordSet('args argv arguments params parameters');
const shellWords = wordSet('bash sh zsh shell terminal exec execute command commands cmd');
const scriptWords = wordSet('script scripts');
const branchWords = wordSet('branch branches ref refs');
const gluedBranch = /branch$/;
const reading = /^(?:read|get|list|search|view|find|stat|tree|directory_tree)/i;
const webSchemes = wordSet('http https ws wss ftp');

function wordSet(words: string): ReadonlySet<string> {
  return new Set(words.split(' '));
}

/** Whether the last word of a member's name, in whatever style it is written, is one of these. */
function isNamed(name: string, words: ReadonlySet<string>, glued: RegExp): boolean {
  const parts = name
    .normalize('NFKC')
    .replaceAll(/([\p{Ll}\p{N}])(\p{Lu})/gu, '$1_$2')
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((part) => part !== '');
  return words.has(parts.at(-1) ?? '') || glued.test(parts.join(''));
}

/** What a text could be taken for as a path. A named member is one whatever it says; any other if it has that form. */
function pathsOf(text: string, name: string): readonly string[] {
  const isPathMember = isNamed(name, pathWords, gluedPath);
  // `/repos` is an address of the server's own there.
  const isAddress = !isPathMember && isNamed(name, urlWords, gluedUrl);
  return spellings(text).flatMap((spelling) => {
    const file = /^(?:[a-z][a-z0-9+.-]*[:+])*file:(?:\/\/(?:localhost)?(?=\/))?(.*)$/is.exec(spelling);
    if (file !== null) return [withoutQuery(file[1] ?? '')];
    if (/^[a-z][a-z0-9+.-]+:\/\//i.test(spelling)) return [];
    if (isPathMember || (!isAddress && hasPathForm(spelling))) return [fromHome(spelling)];
    return [];
  });
}

/** Absolute paths, paths that go up, homes, drives, shares; not `/remind me` or `~5 minutes`. */
function hasPathForm(text: string): boolean {
  if (text.length > 4096 || text.includes('\n')) return false;
  return (
    /^(?:\/[^/\s]+(?:\/|$)|~(?:[a-z_][\w.-]*)?(?:\/|$)|\.\.?[/\\]|[A-Za-z]:[/\\]|\\\\)/i.test(text) ||
    /^\S*[/\\]\.\.[/\\]/.test(text)
  );
}

/** Servers read `~` as a home folder, which is never in the workspace; as a name of the workspace it would look harmless. */
function fromHome(written: string): string {
  return /^~(?:[a-z_][\w.-]*)?(?:\/|$)/i.test(written) ? `/${written}` : written;
}

function withoutQuery(written: string): string {
  return written.replace(/[?#].*$/s, '');
}

interface NamedText {
  readonly text: string;
  /** The name of the member that holds it, through lists. */
  readonly name: string;
}

/** Every text among the arguments, names of members included: `{ files: { "/etc/passwd": … } }` names a path too. */
function textsOf(value: unknown): readonly NamedText[] {
  const found: NamedText[] = [];
  const visit = (item: unknown, name: string, depth: number): void => {
    // Fail closed: what is not looked at is not known to be harmless.
    if (depth > 50) throw new Error('its arguments are nested too deeply');
    if (typeof item === 'string') found.push({ text: item, name });
    else if (Array.isArray(item)) for (const member of item) visit(member, name, depth + 1);
    else if (typeof item === 'object' && item !== null) {
      for (const [key, member] of Object.entries(item)) {
        found.push({ text: key, name: '' });
        visit(member, key, depth + 1);
      }
    }
  };
  visit(value, '', 0);
  return found;
}
