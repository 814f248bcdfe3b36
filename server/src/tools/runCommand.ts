import type { ActionOf } from '#protocol/action';
import { invariant, unreachable } from '../base/invariant.ts';
import { isPermit, type Permit } from '../policy/permit.ts';
import type { CommandOutcome, Enclosure, Sandbox } from '../sandbox/confinement.ts';
import type { NetworkRule } from '../sandbox/network/networkRule.ts';
import { otherNamesOf } from '../sandbox/otherNames.ts';
import { undoProtected, type ProtectedChange } from '../sandbox/protectedDiff.ts';
import { outermostPaths, readGuarded } from '../sandbox/protectedSnapshot.ts';
import { countConnections, refusedInWords, type CountedConnection } from './connections.ts';
import type { Workspace } from './workspace.ts';

export interface CommandDeps {
  readonly sandbox: Sandbox;
  /** Folders of installed dependencies of the user's checkout. */
  readonly dependencies: Enclosure['dependencies'];
  /** Names that govern agents: shown read-only, and put back when a command changed them all the same. */
  isProtected(relativePath: string): boolean;
  /** Denied paths: invisible inside. What lies merely outside the allowed paths stays readable, so that builds work. */
  isDenied(relativePath: string): boolean;
  /** Protected names that others write while the command works: shown read-only all the same, and never put back. */
  readonly isLeft?: ((relativePath: string) => boolean) | undefined;
  /** What scope says about hosts, where it allows any: without it commands have no network. */
  readonly network: Omit<NetworkRule, 'record'> | null;
  /** A folder outside the workspace for what is set aside. */
  readonly quarantine: string;
}

export interface CommandResult {
  readonly kind: 'done' | 'failed' | 'cancelled';
  readonly text: string;
  readonly command: CommandOutcome;
  readonly quarantined: readonly string[];
  readonly connections: readonly CountedConnection[];
}

/** Runs a command in the sandbox, then undoes what it did to names that govern agents. */
export async function runCommand(
  permit: Permit<ActionOf<'command'>>,
  workspace: Workspace,
  deps: CommandDeps,
  signal: AbortSignal,
): Promise<CommandResult> {
  invariant(isPermit(permit, 'command'), 'a command runs only with a permit for it');
  const { root } = workspace;
  const isGuarded = guardOf(deps);
  const before = readGuarded(root, isGuarded);
  const guarded = outermostPaths(before.keys());
  const connections = countConnections();
  const denied = outermostPaths([...before.keys()].filter((path) => deps.isDenied(path)));
  const enclosure: Enclosure = {
    workspace: root,
    hidden: [...denied, ...otherNamesOf(root, denied)],
    readOnly: guarded.filter((path) => !deps.isDenied(path)),
    dependencies: deps.dependencies,
    network: deps.network === null ? null : { ...deps.network, record: (connection) => connections.add(connection) },
  };
  const outcome = await deps.sandbox.run(permit, enclosure, signal);
  const { quarantine, isLeft = () => false } = deps;
  const changes = undoProtected({ root, isGuarded, isLeft, quarantine }, before);
  const text = [
    textOf(outcome),
    ...refusedInWords(connections.list()),
    ...(changes.length === 0 ? [] : [changesInWords(changes, deps)]),
  ].join('\n');
  const isDone = outcome.kind === 'exited' && outcome.exitCode === 0 && changes.length === 0;
  return {
    kind: isDone ? 'done' : outcome.kind === 'cancelled' ? 'cancelled' : 'failed',
    text,
    command: outcome,
    quarantined: changes.map(({ path }) => path),
    connections: connections.list(),
  };
}

const guards = new WeakMap<CommandDeps, (relativePath: string) => boolean>();

/**
 * What a command may not change. Both predicates are pure and cost far more than a look at a folder, and the same
 * thousands of paths come by before and after every command of a run, so their answers are kept.
 */
function guardOf(deps: CommandDeps): (relativePath: string) => boolean {
  const known = guards.get(deps);
  if (known !== undefined) return known;
  const answers = new Map<string, boolean>();
  const guard = (path: string): boolean => {
    const answer = answers.get(path) ?? (deps.isProtected(path) || deps.isDenied(path));
    if (answers.size < 200_000) answers.set(path, answer);
    return answer;
  };
  guards.set(deps, guard);
  return guard;
}

function textOf(outcome: CommandOutcome): string {
  switch (outcome.kind) {
    case 'exited': {
      const note = outcome.exitCode === 0 ? [] : [`[exit code ${outcome.exitCode}]`];
      const output = outcome.output.trimEnd();
      return [...(output === '' ? (note.length === 0 ? ['[no output]'] : []) : [output]), ...note].join('\n');
    }
    case 'timed_out':
      return `${outcome.output}\n[stopped: it took longer than ${Math.round(outcome.durationMs / 1000)} s]`.trim();
    case 'cancelled':
      return `${outcome.output}\n[cancelled]`.trim();
    case 'not_started':
      return `[not started: ${outcome.reason}]`;
    default:
      return unreachable(outcome);
  }
}

/** Says what was undone; the names of denied paths stay out of it. */
function changesInWords(changes: readonly ProtectedChange[], deps: CommandDeps): string {
  const names = changes.filter(({ path }) => !deps.isDenied(path)).map(({ path }) => path);
  const hidden = changes.length - names.length;
  const shown = [...names.slice(0, 20), ...(hidden > 0 ? [`${hidden} denied ${hidden === 1 ? 'path' : 'paths'}`] : [])];
  const kept = changes.filter(({ isUndone }) => !isUndone).length;
  const undone =
    kept === 0 ? 'its changes were undone' : `its changes were undone but for ${kept}, which need a person`;
  return `[the command changed what agents may not change: ${shown.join(', ')}; ${undone}]`;
}
