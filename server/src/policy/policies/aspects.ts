import type { Action, ActionKind, ActionOf } from '#protocol/action';
import { builtIn } from '../answer.ts';
import { parseRefspec, type RefUpdate } from '../branches.ts';
import { denyingEntry } from '../commandWords.ts';
import { pathUses, type Access, type PathUse } from '../pathUse.ts';
import { serviceBranches, serviceCommands, servicePerhapsCommands, serviceUrls } from '../serviceArguments.ts';
import { readCommand, type CommandReading } from '../shell/commandReading.ts';
import { plainWord, type Word } from '../shell/word.ts';

// What an action amounts to, whichever route it takes: a command that redirects into a file writes it as `write_file`
// does, and `git push` in a command is a push. A rule about one of them speaks about all.

/** One thing that an action does, under every kind that it is an instance of. */
export interface Aspect {
  readonly kinds: readonly ActionKind[];
  readonly use?: PathUse;
  readonly words?: readonly Word[];
  readonly url?: string;
  /** Null for what may be any branch. */
  readonly branch?: string | null;
  /** Every name of the tool: `write_file`; `github:merge` and `mcp__github__merge`. */
  readonly tools?: readonly string[];
}

/** Everything that an action does. Pure; a command that cannot be read has no aspects, and is refused as such. */
export function aspectsOf(action: Action): readonly Aspect[] {
  const own = kindsOf(action.kind);
  // What a service does with a path it is given nobody knows, once it is more than reading.
  const isUnknown = (access: Access): boolean => action.kind === 'mcp_call' && access === 'write';
  const reading = action.kind === 'command' ? readCommand(action) : null;
  const uses = (reading?.uses ?? pathUses(action)).map((use) => ({
    kinds: [...own, ...kindsOfAccess(isUnknown(use.access) ? 'unknown' : use.access)],
    use,
  }));
  return [
    { kinds: own, tools: toolsOf(action) },
    ...uses,
    ...(reading === null ? targetsOf(action, own) : commandTargets(reading, own)),
  ];
}

/** The names under which agents call the tools that do what a kind says. */
export const toolNames: Readonly<Record<ActionKind, string>> = {
  file_read: 'read_file',
  file_list: 'list_files',
  file_search: 'search_files',
  file_write: 'write_file',
  file_edit: 'edit_file',
  file_delete: 'delete_file',
  command: 'run_command',
  git_status: 'git_status',
  git_diff: 'git_diff',
  git_commit: 'git_commit',
  git_push: 'git_push',
  git_branch: 'git_branch',
  mcp_call: 'mcp',
  mcp_start: 'mcp_start',
  fetch: 'fetch_url',
  model_call: 'model',
  report_finding: 'report_finding',
  ask: 'ask',
  finish: 'finish',
  phase_start: 'phase',
};

function targetsOf(action: Action, own: readonly ActionKind[]): readonly Aspect[] {
  switch (action.kind) {
    case 'git_push':
    case 'git_branch':
      return [{ kinds: own, branch: branchOf(parseRefspec(action.branch)) }];
    case 'fetch':
      return [{ kinds: own, url: action.url }];
    case 'mcp_call':
      return [
        ...serviceUrls(action).map((url): Aspect => ({ kinds: [...own, 'fetch'], url })),
        // A server that changes a branch elsewhere pushes to it.
        ...serviceBranches(action).map((branch): Aspect => ({
          kinds: [...own, 'git_push', 'git_branch'],
          branch: branchOf(parseRefspec(branch)),
        })),
        // A server may run what it is told to, and then it is a command.
        ...[...serviceCommands(action), ...servicePerhapsCommands(action)].flatMap((command) =>
          commandTargets(readCommand(command), [...own, 'command']),
        ),
      ];
    case 'mcp_start':
      return [startOf(action.launch, own)];
    case 'model_call':
      // A proxy is handed the request too.
      return [action.endpoint, action.proxy].flatMap((url) => (url === undefined ? [] : [{ kinds: own, url }]));
    default:
      return [];
  }
}

function startOf(launch: ActionOf<'mcp_start'>['launch'], own: readonly ActionKind[]): Aspect {
  if (launch.type === 'http') return { kinds: own, url: launch.url };
  return { kinds: own, words: [launch.command, ...launch.args].map(plainWord) };
}

function commandTargets(reading: CommandReading, own: readonly ActionKind[]): readonly Aspect[] {
  return reading.parts.flatMap(({ invocation, args }): readonly Aspect[] => {
    const updates = [...args.refspecs, ...args.branches].map((word) =>
      word.isDynamic ? null : branchOf(parseRefspec(word.text)),
    );
    const isAnyBranch = args.everyBranch || (args.isPush && args.refspecs.length === 0);
    const kinds: readonly ActionKind[] = [...own, args.isPush ? 'git_push' : 'git_branch'];
    return [
      { kinds: [...own, ...gitKindsOf(invocation.words)], words: invocation.words },
      ...args.urls.map((word): Aspect => ({ kinds: [...own, 'fetch'], url: withScheme(word.text) })),
      ...updates.map((branch) => ({ kinds, branch })),
      ...(isAnyBranch ? [{ kinds, branch: null }] : []),
    ];
  });
}

const gitKinds: readonly (readonly [string, ActionKind])[] = [
  ['git commit', 'git_commit'],
  ['git diff', 'git_diff'],
  ['git status', 'git_status'],
];

function gitKindsOf(words: readonly Word[]): readonly ActionKind[] {
  return gitKinds.filter(([command]) => startsWith(words, command)).map(([, kind]) => kind);
}

/** Whether words start this command, whatever path its program has and whatever options stand between. */
export function startsWith(words: readonly Word[], command: string): boolean {
  return denyingEntry([{ text: command, source: builtIn }], words) !== null;
}

function withScheme(text: string): string {
  return /^[a-z][a-z0-9+.-]*:/i.test(text) ? text : `http://${text}`;
}

function branchOf(update: RefUpdate | null): string | null {
  return update?.target.kind === 'branch' ? update.target.name : null;
}

function toolsOf(action: Action): readonly string[] {
  if (action.kind !== 'mcp_call') return [toolNames[action.kind]];
  return [`${action.server}:${action.tool}`, `mcp__${action.server}__${action.tool}`];
}

/** An edit is a write and a write may be an edit, and a search shows what is in files. */
function kindsOf(kind: ActionKind): readonly ActionKind[] {
  switch (kind) {
    case 'file_edit':
    case 'file_write':
      return ['file_write', 'file_edit'];
    case 'file_search':
    case 'git_diff':
      return [kind, 'file_read'];
    default:
      return [kind];
  }
}

function kindsOfAccess(access: Access): readonly ActionKind[] {
  switch (access) {
    case 'read':
    case 'run':
      return ['file_read', 'file_search'];
    case 'list':
      return ['file_list'];
    case 'write':
      return ['file_write', 'file_edit'];
    case 'delete':
      return ['file_delete'];
    case 'unknown':
      return ['file_read', 'file_search', 'file_write', 'file_edit', 'file_delete'];
  }
}
