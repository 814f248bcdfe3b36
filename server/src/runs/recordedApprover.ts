import { nobody, type Approver } from '../gateway/approver.ts';
import { recordedApprovals } from '../models/demo/recordedApprovals.ts';
import { sampleDigest } from '../models/demo/sample.ts';
import type { Scenario } from '../models/demo/scenario.ts';
import { filesAt, readFileAt } from '../workspace/changes.ts';
import type { Worktree } from '../workspace/worktree.ts';

/**
 * Answers from a scenario's recorded approvals where they count: on the bundled sample, byte for byte. There nobody else
 * is ever asked. Null anywhere else.
 */
export async function recordedApprover(scenario: Scenario | null, worktree: Worktree): Promise<Approver | null> {
  if (scenario === null || scenario.sampleSha256 === null) return null;
  const names = await filesAt(worktree, worktree.baseCommit);
  const files = await Promise.all(
    names.map(async (name) => {
      const content = await readFileAt(worktree, worktree.baseCommit, name);
      return [name, content ?? ''] as const;
    }),
  );
  const answer = recordedApprovals(scenario, sampleDigest(files));
  if (answer === null) return null;
  return {
    ...nobody,
    decide: async ({ action }) =>
      answer(action) ?? { outcome: 'expired', why: 'The scenario has no recorded answer for this action' },
  };
}
