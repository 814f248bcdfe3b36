import path from 'node:path/posix';
import type { Action, ActionOf } from '#protocol/action';
import type { RuleAnswer } from '#protocol/policy';
import { visibleLine } from '#protocol/visible';
import type { Decision } from './decision.ts';
import type { Facts } from './facts.ts';
import { readUrl } from './hosts.ts';
import { factKey, pathUses } from './pathUse.ts';
import { readCommand } from './shell/commandReading.ts';
import type { Word } from './shell/word.ts';

// What a person may allow for the rest of a task beyond one action: a pattern that Loki proposes and says in words. It covers
// less than what it seems to rather than more: whatever it does not clearly cover asks again. A pattern never makes a DENY
// milder, because it only ever answers a question that the rules have put about the very action.

export type GrantPattern =
  /** One plain simple command that begins with these words, without any option, from the same folder. */
  | { readonly kind: 'command'; readonly words: readonly string[]; readonly cwd: string | null }
  /** Writes of plain files below a folder. */
  | { readonly kind: 'write'; readonly folder: string }
  | { readonly kind: 'fetch'; readonly origin: string }
  | { readonly kind: 'service'; readonly server: string; readonly tool: string };

/** The list whose question a pattern answers: who agrees to a tool has not agreed to the hosts that it is sent to. */
const answeredList: Readonly<Record<GrantPattern['kind'], string | null>> = {
  command: 'allowed-commands',
  write: null,
  fetch: 'allowed-hosts',
  service: 'allowed-services',
};

/**
 * Questions that a pattern may answer. All others are about this very action: what hides, overwrites, forces or is
 * protected.
 */
function isAnswerable({ rule }: RuleAnswer, pattern: GrantPattern): boolean {
  return rule === answeredList[pattern.kind] || /^rules(?:\/.*)?$/s.test(rule);
}

/** Subcommands that do what the project itself has set up, and take names rather than code, addresses or packages. */
const commands: Readonly<Record<string, readonly string[]>> = {
  npm: ['run', 'run-script', 'test', 't'],
  pnpm: ['run', 'test', 't'],
  yarn: ['test'],
  bun: ['test'],
  cargo: ['build', 'check', 'test', 'clippy', 'fmt', 'doc'],
  go: ['build', 'test', 'vet', 'fmt'],
  dotnet: ['build', 'test'],
  git: ['add', 'status', 'diff', 'log'],
};
/** Programs that check or format the files they are given. */
const checkers: ReadonlySet<string> = new Set([
  'eslint',
  'prettier',
  'tsc',
  'vitest',
  'jest',
  'pytest',
  'ruff',
  'mypy',
]);

/** The pattern to offer for an action that asks; null where none clearly covers such actions. It covers the action itself. */
export function proposePattern(action: Action, decision: Decision, facts: Facts): GrantPattern | null {
  const pattern = candidate(action, facts);
  return pattern !== null && patternCovers(pattern, action, decision, facts) ? pattern : null;
}

/** Whether a pattern clearly covers an action, and the questions about it are of those that a pattern may answer. */
export function patternCovers(pattern: GrantPattern, action: Action, decision: Decision, facts: Facts): boolean {
  const asking = askingRules(decision);
  if (decision.kind !== 'REQUIRE_APPROVAL' || asking.length === 0) return false;
  return asking.every((answer) => isAnswerable(answer, pattern)) && isCovered(pattern, action, facts);
}

/** What a pattern covers, to be read after "allow": `commands that begin with "npm run" and have no options`. */
export function patternWords(pattern: GrantPattern): string {
  switch (pattern.kind) {
    case 'command': {
      const where = pattern.cwd === null ? '' : `, in the folder ${visibleLine(pattern.cwd, 200)}`;
      return `single commands that begin with “${pattern.words.join(' ')}” and have no options${where}`;
    }
    case 'write':
      return `writes of files under ${visibleLine(pattern.folder, 200)}/`;
    case 'fetch':
      return `fetches from ${pattern.origin}`;
    case 'service':
      return `calls of the MCP tool ${visibleLine(`${pattern.server}:${pattern.tool}`, 200)}, with any arguments`;
  }
}

/** The rules that asked, each with the place where it stands: another place is another question. */
export function askingRules(decision: Decision): readonly RuleAnswer[] {
  return decision.answers.filter((answer) => answer.decision === 'REQUIRE_APPROVAL');
}

function candidate(action: Action, facts: Facts): GrantPattern | null {
  switch (action.kind) {
    case 'command': {
      const [program = '', next = ''] = plainCommand(action) ?? [];
      const cwd = action.cwd ?? null;
      if (checkers.has(program)) return { kind: 'command', words: [program], cwd };
      const known = Object.hasOwn(commands, program) ? commands[program] : undefined;
      return known?.includes(next) === true ? { kind: 'command', words: [program, next], cwd } : null;
    }
    case 'file_write':
    case 'file_edit': {
      const name = plainFile(action, facts);
      const folder = name === null ? '.' : path.dirname(name);
      return folder === '.' ? null : { kind: 'write', folder };
    }
    case 'fetch': {
      const origin = originOf(action.url);
      return origin === null ? null : { kind: 'fetch', origin };
    }
    case 'mcp_call':
      return { kind: 'service', server: action.server, tool: action.tool };
    default:
      return null;
  }
}

function isCovered(pattern: GrantPattern, action: Action, facts: Facts): boolean {
  switch (pattern.kind) {
    case 'command': {
      if (action.kind !== 'command' || (action.cwd ?? null) !== pattern.cwd) return false;
      const words = plainCommand(action);
      return words !== null && pattern.words.every((word, index) => words[index] === word);
    }
    case 'write': {
      if (action.kind !== 'file_write' && action.kind !== 'file_edit') return false;
      return plainFile(action, facts)?.startsWith(`${pattern.folder}/`) === true;
    }
    case 'fetch':
      return action.kind === 'fetch' && originOf(action.url) === pattern.origin;
    case 'service':
      return action.kind === 'mcp_call' && action.server === pattern.server && action.tool === pattern.tool;
  }
}

/** The words of a command that is one plain call of one program, with nothing around it and no options; else null. */
function plainCommand(action: ActionOf<'command'>): readonly string[] | null {
  const reading = readCommand(action);
  const [part, ...others] = reading.parts;
  if (reading.unparsable !== null || reading.doubts.length > 0 || part === undefined || others.length > 0) return null;
  const { words, assignments, redirections, folders, needsListing, addsArguments, hasInput } = part.invocation;
  const isAlone =
    assignments.length === 0 &&
    redirections.length === 0 &&
    folders !== null &&
    needsListing &&
    addsArguments === 'none' &&
    !hasInput;
  const isPlain = isAlone && action.env === undefined && part.args.doubts.length === 0 && words.every(isPlainWord);
  return isPlain && isWrittenPlainly(action.command) ? words.map((word) => word.text) : null;
}

/** No option, nothing that the shell or a program would make something else of. */
function isPlainWord({ text, isDynamic, isGlob, isHome }: Word): boolean {
  return !isDynamic && !isGlob && !isHome && /^[\w./@:,][\w./@:,-]*$/.test(text);
}

/** A second look at the text itself: what the parser might have overlooked is not covered either. */
function isWrittenPlainly(command: string): boolean {
  return /^[\w./@:, '"-]+$/.test(command);
}

/** The path of one plain file of the workspace that goes by one name only; else null. */
function plainFile(action: ActionOf<'file_write' | 'file_edit'>, facts: Facts): string | null {
  const [use] = pathUses(action);
  const fact = use === undefined ? undefined : facts.paths.get(factKey(use));
  if (fact?.kind !== 'inside' || fact.relative !== fact.lexical || fact.hardLinks > 1) return null;
  if (fact.entry !== 'file' && fact.entry !== 'missing') return null;
  // Names that some system takes for others are looked at one by one.
  const isPlain = fact.relative.split('/').every((name) => /^[\w-][\w.-]*$/.test(name) && !name.startsWith('.'));
  return isPlain ? fact.relative : null;
}

function originOf(url: string): string | null {
  const read = readUrl(url);
  return read.kind === 'host' && /^https:/i.test(url) ? `https://${read.host}:${read.port}` : null;
}
