import type { GateResult } from '#protocol/gate';
import { treeOf } from '../workspace/changes.ts';
import type { Worktree } from '../workspace/worktree.ts';

/** Remembers which gates passed on which files, for policies that let nothing be pushed that was not verified. */
export interface VerifiedTree {
  /** The gates were run on the files as they are now. */
  keep(gates: readonly GateResult[]): Promise<void>;
  /** The gates that passed on the very files that are there now; none once something has changed. */
  passedGates(): Promise<readonly string[]>;
}

export function createVerifiedTree(worktree: Worktree): VerifiedTree {
  let verified: { readonly tree: string; readonly passed: readonly string[] } | null = null;
  return {
    keep: async (gates) => {
      const passed = gates.filter(({ status }) => status === 'passed').map(({ id }) => id);
      verified = { tree: await treeOf(worktree), passed };
    },
    passedGates: async () => (verified !== null && verified.tree === (await treeOf(worktree)) ? verified.passed : []),
  };
}
