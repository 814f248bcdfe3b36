import { setTimeout as sleep } from 'node:timers/promises';
import type { GateResult } from '#protocol/gate';
import type { RunEvent } from '#protocol/run';
import type { Agent } from '../agents/agent.ts';
import { openEvidence } from '../audit/evidence.ts';
import type { AuditLog } from '../audit/log.ts';
import type { Clock } from '../base/clock.ts';
import { digestOf } from '../base/digest.ts';
import type { RunId, TaskId } from '../base/id.ts';
import type { Config } from '../config/config.ts';
import type { Ledger } from '../cost/ledger.ts';
import type { Profile } from '../gates/profile.ts';
import { verdictOf } from '../gates/verdict.ts';
import type { Approver } from '../gateway/approver.ts';
import type { ContentScan } from '../gateway/contentScan.ts';
import { createGateway } from '../gateway/gateway.ts';
import { createJudge } from '../gateway/judge.ts';
import { createModelGateway } from '../gateway/modelGateway.ts';
import { createRecorder } from '../gateway/recorder.ts';
import type { Perform } from '../gateway/perform.ts';
import type { Situation } from '../gateway/situation.ts';
import { withStandIns } from '../gateway/withStandIns.ts';
import type { Policy } from '../policy/policy.ts';
import { catalog } from '../tools/catalog.ts';
import { addedLines } from '../workspace/addedLines.ts';
import { treeOf } from '../workspace/changes.ts';
import type { Worktree } from '../workspace/worktree.ts';
import { instructionsFor, openingFor } from './brief.ts';
import { createHostActs } from './hostActs.ts';
import { runLoop } from './loop.ts';
import type { RunModels } from './runModels.ts';
import type { EndedState, Progress, RunState, WorkingState } from './runState.ts';
import { workAs } from './workAs.ts';

/** How many model requests one agent may make in one phase. */
const maxStepsPerAgent = 60;

/** Everything a run works with, opened and owned by the caller. */
export interface RunParts {
  readonly runId: RunId;
  readonly taskId: TaskId;
  readonly task: string;
  readonly workspace: string;
  readonly worktree: Worktree;
  readonly evidenceFolder: string;
  readonly config: Config;
  /** The configuration's policy with what is known about the sandbox. */
  readonly policy: Policy;
  readonly profile: Profile;
  readonly testCommand: string | null;
  /** What prepares the worktree before the first phase; null where nothing is needed. */
  readonly setUpCommand: string | null;
  /** What the set-up has made that git ignores: the gates may lean on it, and on nothing else that is not on the branch. */
  readonly setUpFiles: readonly string[];
  readonly keepSetUp: (files: readonly string[]) => Promise<void>;
  readonly roster: readonly Agent[];
  readonly models: RunModels;
  readonly audit: AuditLog;
  readonly ledger: Ledger;
  readonly scan: ContentScan;
  readonly perform: Perform;
  readonly approver: Approver;
  readonly clock: Clock;
  readonly tell: (event: RunEvent) => void;
  readonly save: (state: RunState, gates: readonly GateResult[]) => Promise<void>;
}

/** Puts the gateways and the loop together for one run and drives it from a state to its end. */
export async function conduct(parts: RunParts, from: WorkingState, signal: AbortSignal): Promise<EndedState> {
  const { config, policy, models, worktree, scan, tell } = parts;
  const evidence = openEvidence(parts.evidenceFolder);
  const recorder = createRecorder(parts.audit, evidence, (text) => scan.redact(text));
  const judge = createJudge({ root: worktree.workspace, policy, scan, addedText: () => addedLines(worktree) });
  const shared = { judge, recorder, evidence, scan, approver: parts.approver, clock: parts.clock, tell };
  const gateway = createGateway({ ...shared, perform: parts.perform });
  const modelGateway = withStandIns(
    createModelGateway({
      ...shared,
      ledger: parts.ledger,
      limits: config.cost,
      project: parts.workspace,
      wait: pause,
    }),
    shared,
  );
  for (const message of models.notices) tell({ type: 'notice', level: 'warning', message });
  const host = createHostActs({ parts, gateway, recorder });
  let { setUpFiles } = parts;
  if (parts.setUpCommand !== null) {
    setUpFiles = await host.setUp(parts.setUpCommand, signal);
    if (!signal.aborted) await parts.keepSetUp(setUpFiles);
  }

  return await runLoop(
    {
      roster: parts.roster,
      maxCycles: config.run.maxCycles,
      judgeResult: verdictOf,
      work: async (agent, progress, signal) =>
        await workAs(
          {
            gateway,
            models: modelGateway,
            declarations: catalog,
            redact: (text) => scan.redact(text),
            tell,
            maxSteps: maxStepsPerAgent,
          },
          {
            agent,
            situation: situationOf(parts, agent, progress),
            ...models.forAgent(agent, parts.task),
            instructions: instructionsFor(agent),
            opening: openingFor(agent, {
              task: parts.task,
              progress,
              maxCycles: config.run.maxCycles,
              testCommand: parts.testCommand,
              policy,
            }),
          },
          signal,
        ),
      commitLeftovers: async (cycle) => await host.commitLeftovers(cycle),
      runGates: async (cycle, gateSignal) => await host.runGates(cycle, setUpFiles, gateSignal),
      fingerprint: async (gates, open) =>
        digestOf({
          tree: await treeOf(worktree),
          failed: gates.filter(({ status }) => status === 'failed').map(({ id }) => id),
          open: open.map(({ path, line, message }) => ({ path, line, message })),
        }),
      save: parts.save,
      tell,
    },
    from,
    signal,
  );
}

function situationOf({ runId, taskId, task }: RunParts, { name, swarm, phase }: Agent, { cycle }: Progress): Situation {
  const why = task.split('\n', 1)[0]?.slice(0, 200) ?? '';
  return { runId, taskId, actor: { kind: 'agent', name, swarm }, phase, cycle, why };
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal });
}
