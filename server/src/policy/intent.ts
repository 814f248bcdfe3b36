import type { Action, ActionOf } from '#protocol/action';
import { digestOf } from '../base/digest.ts';
import { parseRefspec } from './branches.ts';
import { commandMark, isCarrier, isReader } from './commandMark.ts';
import type { Facts } from './facts.ts';
import { foldName } from './foldName.ts';
import { factKey, pathUses, type PathUse } from './pathUse.ts';
import { serviceBranches, serviceCommands, servicePerhapsCommands, serviceUrls } from './serviceArguments.ts';
import { readCommand, type CommandReading } from './shell/commandReading.ts';

/** A path as it is recognised again: resolved, folded; `isWhole` where everything below it is meant too. */
export interface PathMark {
  readonly path: string;
  readonly isWhole: boolean;
}

/** What an action would come to, whatever tool or spelling it comes in: the marks by which a second try is recognised. */
export interface Intent {
  readonly writes: readonly PathMark[];
  readonly deletes: readonly PathMark[];
  readonly reads: readonly string[];
  /** Paths given to a program that may do anything with them. */
  readonly touches: readonly string[];
  /** Whether reading is what it is for; else what it reads says nothing about what was denied. */
  readonly isReading: boolean;
  readonly commands: readonly string[];
  readonly hosts: readonly string[];
  /** Pushes, branches, calls of services. */
  readonly others: readonly string[];
}

/** The intent of an action as far as its parsed form and the facts of its paths tell. Pure. */
export function intentOf(action: Action, facts: Facts): Intent {
  const marks = { writes: new Map(), deletes: new Map(), reads: new Set(), touches: new Set() } satisfies Marks;
  for (const use of pathUses(action)) markPath(marks, use, facts);
  const readings = commandLinesOf(action).map(readCommand);
  return {
    writes: [...marks.writes.values()],
    deletes: [...marks.deletes.values()],
    reads: [...marks.reads],
    touches: [...marks.touches],
    isReading: isReading(action, readings),
    commands: unique(readings.flatMap(commandsOf)),
    hosts: unique([...hostsOf(action), ...readings.flatMap(hostsOfCommand)]),
    others: unique([...othersOf(action), ...readings.flatMap(othersOfCommand)]),
  };
}

function isReading(action: Action, readings: readonly CommandReading[]): boolean {
  if (action.kind === 'command') return readings.every(({ parts }) => parts.every(isReader));
  if (action.kind === 'mcp_call') return pathUses(action).every(({ access }) => access === 'read');
  return readingKinds.has(action.kind);
}

/** The command lines of an action; MCP servers that run what they are told to are one more way to start a program. */
function commandLinesOf(action: Action): readonly ActionOf<'command'>[] {
  if (action.kind === 'command') return [action];
  return action.kind === 'mcp_call' ? [...serviceCommands(action), ...servicePerhapsCommands(action)] : [];
}

interface Marks {
  readonly writes: Map<string, PathMark>;
  readonly deletes: Map<string, PathMark>;
  readonly reads: Set<string>;
  readonly touches: Set<string>;
}

const readingKinds: ReadonlySet<Action['kind']> = new Set(['file_read', 'file_list', 'file_search', 'git_diff']);

function markPath(marks: Marks, use: PathUse, facts: Facts): void {
  for (const path of namesOf(use, facts)) {
    // The workspace as a whole is in everything that is done there.
    if (path === '') continue;
    const isWhole = use.isRecursive === true;
    if (use.access === 'write') marks.writes.set(`${path}\n${isWhole}`, { path, isWhole });
    else if (use.access === 'delete') marks.deletes.set(`${path}\n${isWhole}`, { path, isWhole });
    else if (use.access === 'unknown') marks.touches.add(path);
    else if (use.access === 'read' || use.access === 'list') marks.reads.add(path);
  }
}

/** What a path goes by: where it leads and what it is called; for a wildcard what it matches. */
function namesOf(use: PathUse, facts: Facts): readonly string[] {
  const fact = facts.paths.get(factKey(use));
  if (fact === undefined) return [];
  if (fact.kind === 'invalid') return use.isCertain ? [folded(use.path)] : [];
  if (fact.kind === 'outside') return [folded(fact.real)];
  if (use.glob !== undefined) return (fact.below ?? []).map(folded);
  return unique([fact.relative, fact.lexical].map(folded));
}

function folded(path: string): string {
  return path.split('/').map(foldName).join('/');
}

function commandsOf({ parts }: CommandReading): readonly string[] {
  return parts
    .filter(({ invocation }) => invocation.words.length > 0 && invocation.needsListing && !isCarrier(invocation))
    .map(({ invocation }) => commandMark(invocation.words));
}

function hostsOf(action: Action): readonly string[] {
  if (action.kind === 'fetch') return hostIn(action.url);
  if (action.kind === 'git_push') return hostIn(action.remote);
  if (action.kind === 'mcp_call') return serviceUrls(action).flatMap(hostIn);
  return [];
}

function hostsOfCommand({ parts }: CommandReading): readonly string[] {
  return parts.flatMap(({ invocation, args }) => [
    ...args.urls.flatMap(({ text }) => hostIn(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`)),
    ...args.remotes.flatMap(({ text }) => hostIn(text)),
    // Programs that policy does not know take addresses as well.
    ...invocation.words.flatMap(({ text }) => hostIn(/[a-z][a-z0-9+.-]*:\/\/[^\s'"]+/i.exec(text)?.[0] ?? '')),
  ]);
}

/** The host of an address or of a remote as ssh takes it (`git@host:path`). */
function hostIn(text: string): readonly string[] {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) {
    const url = URL.parse(text.replace(/^[a-z][a-z0-9+.-]*:/i, 'http:'));
    return url === null || url.hostname === '' ? [] : [url.hostname.replace(/\.$/, '').toLowerCase()];
  }
  const ssh = /^(?:[^@/\s]+@)?([\w.-]+\.[\w-]+):[^/]/.exec(text);
  return ssh?.[1] === undefined ? [] : [ssh[1].toLowerCase()];
}

function othersOf(action: Action): readonly string[] {
  switch (action.kind) {
    case 'git_push':
      return [`push ${branchIn(action.branch)}`];
    case 'git_branch':
      return [`branch ${branchIn(action.branch)}`];
    case 'git_commit':
      return ['commit'];
    case 'mcp_call':
      return [callMark(action), ...serviceBranches(action).map((branch) => `push ${branchIn(branch)}`)];
    default:
      return [];
  }
}

function callMark({ server, tool, arguments: given }: ActionOf<'mcp_call'>): string {
  return `call ${foldName(server)}:${foldName(tool)} ${digestOf(given)}`;
}

function othersOfCommand({ parts }: CommandReading): readonly string[] {
  return parts.flatMap(({ invocation, args }) => {
    const [program, command] = [invocation.words[0]?.text, commandMark(invocation.words)];
    const isCommit = /^git commit(?: |$)/.test(command);
    if (!args.isPush) {
      const branches = args.branches.map(({ text }) => `branch ${branchIn(text)}`);
      return isCommit && program !== undefined ? [...branches, 'commit'] : branches;
    }
    if (args.everyBranch || args.refspecs.length === 0) return ['push *'];
    return args.refspecs.map(({ text }) => `push ${branchIn(text)}`);
  });
}

/** The branch that a refspec would change, in one spelling. */
function branchIn(text: string): string {
  const update = parseRefspec(text);
  if (update === null) return text;
  return update.target.kind === 'branch' ? update.target.name : update.target.kind;
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}
