import { setTimeout as sleep } from 'node:timers/promises';
import type { GateResult } from '#protocol/gate';
import type { Phase } from '#protocol/phase';
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
import type { ApprovalMemory } from '../gateway/approvalMemory.ts';
import type { Approver } from '../gateway/approver.ts';
import type { ContentScan } from '../gateway/contentScan.ts';
import { createGateway } from '../gateway/gateway.ts';
import { createJudge } from '../gateway/judge.ts';
import { createModelGateway } from '../gateway/modelGateway.ts';
import { createPhaseGate } from '../gateway/phaseGate.ts';
import { createRecorder } from '../gateway/recorder.ts';
import type { Perform } from '../gateway/perform.ts';
import type { Situation } from '../gateway/situation.ts';
import { withStandIns } from '../gateway/withStandIns.ts';
import type { Policy } from '../policy/policy.ts';
import { catalog } from '../tools/catalog.ts';
import { addedLines } from '../workspace/addedLines.ts';
import { treeOf } from '../workspace/changes.ts';
import { remoteRoutes } from '../workspace/remoteRoutes.ts';
import { gitIn, type Worktree } from '../workspace/worktree.ts';
import { activeAgents } from './activeAgents.ts';
import { budgetWebhook } from './budgetWebhook.ts';
import { instructionsFor, openingFor } from './brief.ts';
import { createHostActs } from './hostActs.ts';
import { runLoop } from './loop.ts';
import type { RunModels } from './runModels.ts';
import type { EndedState, Progress, RunState, WorkingState } from './runState.ts';
import { startServices, type RunServices } from './startServices.ts';
import { createVerifiedTree } from './verifiedTree.ts';
import { withServices } from './withServices.ts';
import { reachedForControl, workAs } from './workAs.ts';
import { redactPersonal } from '../scan/redact.ts';
import { redactTexts } from '../scan/redactTexts.ts';

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
  /** Null where the project has no MCP servers. */
  readonly services: RunServices | null;
  readonly approver: Approver;
  readonly memory: ApprovalMemory;
  /** What webhooks are signed with; null where nothing is set. */
  readonly webhookSecret: string | null;
  readonly clock: Clock;
  /** Who the run works for. */
  readonly person: string;
  readonly tell: (event: RunEvent) => void;
  readonly save: (state: RunState, gates: readonly GateResult[]) => Promise<void>;
}

/** Puts the gateways and the loop together for one run and drives it from a state to its end. */
export async function conduct(parts: RunParts, from: WorkingState, signal: AbortSignal): Promise<EndedState> {
  const { config, policy, models, worktree, scan, tell } = parts;
  const evidence = openEvidence(parts.evidenceFolder);
  const hidden = config.hidesPersonal ? redactPersonal : (text: string): string => text;
  const recorder = createRecorder(parts.audit, evidence, (text) => scan.redact(text));
  const verified = createVerifiedTree(worktree);
  const judge = createJudge({
    root: worktree.workspace,
    policy,
    scan,
    addedText: () => addedLines(worktree),
    activeAgents: () => activeAgents(parts.workspace),
    remoteRoutes: async (remote, asked) => await remoteRoutes(gitIn(worktree), remote, asked),
    passedGates: () => verified.passedGates(),
  });
  const shared = { judge, recorder, evidence, scan, approver: parts.approver, clock: parts.clock, tell };
  const services = parts.services?.services;
  const gateway = createGateway({ ...shared, memory: parts.memory, perform: parts.perform, services });
  const sender = { residency: policy.residency, secret: parts.webhookSecret, now: () => parts.clock.now() };
  const webhook = budgetWebhook({
    url: config.accounting.webhook,
    mail: config.accounting.mail,
    sender,
    ids: parts,
    failed: (message) => tell({ type: 'notice', level: 'warning', message }),
  });
  const modelGateway = withStandIns(
    createModelGateway({
      ...shared,
      ledger: parts.ledger,
      limits: config.cost,
      policies: policy.policies,
      project: parts.workspace,
      person: parts.person,
      organisation: config.accounting.organisation ?? '',
      notify: (notice) => webhook.post(notice),
      wait: pause,
    }),
    shared,
  );
  const phaseGate = createPhaseGate({ ...shared, policies: policy.policies, sender });
  for (const message of models.notices) tell({ type: 'notice', level: 'warning', message });
  const host = createHostActs({ parts, gateway, recorder });
  let { setUpFiles } = parts;
  if (parts.setUpCommand !== null) {
    setUpFiles = await host.setUp(parts.setUpCommand, signal);
    if (!signal.aborted) await parts.keepSetUp(setUpFiles);
  }
  if (parts.services !== null) {
    const deps = { gateway, recorder, scan, approver: parts.approver, tell };
    await startServices(deps, parts.services, hostSituation(parts), signal);
  }

  const ended = await runLoop(
    {
      roster: parts.roster,
      maxCycles: config.run.maxCycles,
      judgeResult: verdictOf,
      work: async (role, progress, signal) => {
        const tools = services?.tools() ?? [];
        const agent = withServices(role, policy, tools);
        const situation = situationOf(parts, agent, progress);
        const ending = await workAs(
          {
            gateway,
            models: modelGateway,
            declarations: [...catalog, ...tools],
            redact: (text) => scan.redact(text),
            tell,
            maxSteps: maxStepsPerAgent,
          },
          {
            agent,
            situation,
            ...models.forAgent(agent, parts.task),
            instructions: instructionsFor(agent),
            opening: hidden(
              openingFor(agent, {
                task: parts.task,
                progress,
                maxCycles: config.run.maxCycles,
                testCommand: parts.testCommand,
                policy,
              }),
            ),
          },
          signal,
        );
        // Nothing of what servers planted meanwhile is to be committed or verified.
        const planted = (await services?.undo()) ?? [];
        if (planted.length === 0) return ending;
        await recorder.host(situation, 'mcp_quarantine', null, { stage: 'outcome', quarantined: planted });
        return ending.kind === 'cancelled' ? ending : { kind: 'paused', reason: reachedForControl(agent, planted) };
      },
      commitLeftovers: async (cycle) => await host.commitLeftovers(cycle),
      mayBegin: async (phase, cycle, phaseSignal) => await phaseGate(beginningOf(parts, phase, cycle), phaseSignal),
      runGates: async (cycle, gateSignal) => {
        const gates = await host.runGates(cycle, setUpFiles, gateSignal);
        if (policy.policies.preDeployment.length > 0) await verified.keep(gates);
        // The agents of the next cycle read what gates found, and a failing test prints what it likes.
        return await redactTexts(gates, (text) => scan.redact(text));
      },
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
  await webhook.idle();
  return ended;
}

function situationOf({ runId, taskId, task }: RunParts, { name, swarm, phase }: Agent, { cycle }: Progress): Situation {
  const why = task.split('\n', 1)[0]?.slice(0, 200) ?? '';
  return { runId, taskId, actor: { kind: 'agent', name, swarm }, phase, cycle, why };
}

function beginningOf({ runId, taskId }: RunParts, phase: Phase, cycle: number) {
  return { runId, taskId, actor: { kind: 'loki' }, phase, cycle, why: `Begin the phase ${phase}` } as const;
}

/** Loki itself, before the first phase. */
function hostSituation({ runId, taskId }: RunParts): Situation {
  return { runId, taskId, actor: { kind: 'loki' }, phase: null, cycle: 0, why: 'Start the MCP servers of the project' };
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal });
}
