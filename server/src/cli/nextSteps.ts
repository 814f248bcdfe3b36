import type { BudgetShown } from '#protocol/cost';
import type { RunResult } from '#protocol/run';
import { raiseStep } from './raiseStep.ts';

/** Spells a command as the person would have to type it here: one of this program, or one of git's. */
export interface Invocation {
  loki(command: string): string;
  git(command: string): string;
}

/** What a person can do now, as commands to type; `stoppedBy` is the limit that a run has stopped at. */
export function nextSteps(result: RunResult, stoppedBy: BudgetShown | null, invoke: Invocation): readonly string[] {
  const { runId, taskId, branch } = result;
  if (runId === null) return [];
  const look = branch === null ? [] : [`${invoke.git(`diff HEAD...${branch}`)}   (look at the change)`];
  const accept = `${invoke.loki(`accept ${runId}`)}   (take it into your branch)`;
  const discard = `${invoke.loki(`discard ${runId}`)}   (throw it away)`;
  const resume = `${invoke.loki(`resume ${runId}`)}   (go on where it stopped)`;
  const step = stoppedBy === null || taskId === null ? null : raiseStep(stoppedBy, taskId);
  const raise = step === null ? [] : [`${invoke.loki(step)}   (let it spend more)`];
  switch (result.status) {
    case 'finished':
      if (result.filesChanged.length === 0) return [discard];
      return result.verdict === 'BLOCKED'
        ? [...look, discard, `${invoke.loki(`accept ${runId} --even-if-blocked`)}   (take it all the same)`]
        : [...look, accept, discard];
    case 'paused':
      return [...raise, resume, ...look, discard];
    case 'cancelled':
      return [resume, ...look, discard];
    case 'failed':
      return branch === null ? [] : [resume, discard];
  }
}
