import type { Action } from '#protocol/action';
import type { ApprovalAnswer } from '#protocol/approval';
import type { RecordedApproval, Scenario } from './scenario.ts';

/** Answers an action from the record, or null where the record has no answer for it. */
export type RecordedApprover = (action: Action) => ApprovalAnswer | null;

/**
 * The answers that a scenario carries so that the demo never asks. They are bound to the scenario's own hash, and there
 * are none unless the base of the run is, to the byte, the bundled sample: `workspaceDigest` is `sampleDigest` over the
 * files of the base commit.
 */
export function recordedApprovals(scenario: Scenario, workspaceDigest: string): RecordedApprover | null {
  if (scenario.sampleSha256 === null || scenario.sampleSha256 !== workspaceDigest) return null;
  const by = `scenario ${scenario.name} sha256:${scenario.sha256}`;
  return (action) => {
    const recorded = scenario.approvals.find((approval) => isFor(approval, action));
    if (recorded === undefined) return null;
    const { outcome, why } = recorded;
    return outcome === 'expired' ? { outcome, why } : { outcome, by, why };
  };
}

function isFor({ action: recorded }: RecordedApproval, action: Action): boolean {
  if (recorded.kind === 'command') {
    // Another folder or environment is another command than the one that was answered.
    return (
      action.kind === 'command' &&
      action.command === recorded.command &&
      action.cwd === undefined &&
      action.env === undefined
    );
  }
  return action.kind === recorded.kind && action.path === recorded.path;
}
