import type { Enclosure } from '../../sandbox/confinement.ts';
import { otherNamesOf } from '../../sandbox/otherNames.ts';
import { undoProtected } from '../../sandbox/protectedDiff.ts';
import { outermostPaths, readGuarded, type GuardedPaths } from '../../sandbox/protectedSnapshot.ts';

/** What of a run's workspace servers must not change, and what they must not see. */
export interface WorkspaceRules {
  /** Absolute real path. */
  readonly root: string;
  readonly dependencies: Enclosure['dependencies'];
  /** Which hosts servers may reach; null for none. */
  readonly network: Enclosure['network'];
  /** Names that govern agents. */
  readonly isProtected: (relativePath: string) => boolean;
  /** What one of the agents that share the servers may not see. */
  readonly isDenied: (relativePath: string) => boolean;
  /** A folder outside the workspace for what is set aside. */
  readonly quarantine: string;
}

export interface WorkspaceGuard {
  /** What a server that starts now may see and touch. */
  enclosure(): Enclosure;
  /** Undoes what servers did to guarded names since the first one started; answers with those names. */
  undo(): readonly string[];
}

/** Looks after guarded names while servers are at work, which can write at any time: compared with their start, always. */
export function guardWorkspace({
  root,
  dependencies,
  network,
  isProtected,
  isDenied,
  quarantine,
}: WorkspaceRules): WorkspaceGuard {
  const isGuarded = (path: string): boolean => isProtected(path) || isDenied(path);
  let before: GuardedPaths | null = null;
  return {
    enclosure: () => {
      before ??= readGuarded(root, isGuarded);
      const hidden = outermostPaths([...before.keys()].filter(isDenied));
      const readOnly = outermostPaths(before.keys()).filter((path) => !isDenied(path));
      return { workspace: root, hidden: [...hidden, ...otherNamesOf(root, hidden)], readOnly, dependencies, network };
    },
    undo: () => (before === null ? [] : undoProtected({ root, isGuarded, quarantine }, before).map(({ path }) => path)),
  };
}
