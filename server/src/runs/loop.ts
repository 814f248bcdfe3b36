import type { Finding, GateResult, Verdict } from '#protocol/gate';
import type { Phase } from '#protocol/phase';
import type { RunEvent } from '#protocol/run';
import type { Agent } from '../agents/agent.ts';
import { agentsOf } from '../agents/loadRoster.ts';
import { unreachable } from '../base/invariant.ts';
import type { EndedState, Progress, RunState, WorkingState } from './runState.ts';
import { transition, type PhaseOutcome } from './transition.ts';
import type { AgentEnding } from './workAs.ts';

/** What the loop needs of the rooms around it. */
export interface LoopDeps {
  readonly roster: readonly Agent[];
  readonly maxCycles: number;
  readonly work: (agent: Agent, progress: Progress, signal: AbortSignal) => Promise<AgentEnding>;
  /** Whether a phase may begin, where a policy wants a person to agree first. */
  readonly mayBegin: (
    phase: Phase,
    cycle: number,
    signal: AbortSignal,
  ) => Promise<{ readonly kind: 'open' } | { readonly kind: 'closed'; readonly reason: string }>;
  /** Commits what the agents left uncommitted, so that what is verified is what is on the branch. */
  readonly commitLeftovers: (cycle: number) => Promise<void>;
  readonly runGates: (cycle: number, signal: AbortSignal) => Promise<readonly GateResult[]>;
  readonly judgeResult: (gates: readonly GateResult[], open: readonly Finding[]) => Verdict;
  /** Digest of the branch's tree and of what is open. */
  readonly fingerprint: (gates: readonly GateResult[], open: readonly Finding[]) => Promise<string>;
  /** Keeps the state durably before the next phase starts. */
  readonly save: (state: RunState, gates: readonly GateResult[]) => Promise<void>;
  readonly tell: (event: RunEvent) => void;
}

/** Runs RARV cycles from a state until the run ends: done, paused, cancelled or failed. */
export async function runLoop(deps: LoopDeps, from: WorkingState, signal: AbortSignal): Promise<EndedState> {
  let state: RunState = from;
  let gates: readonly GateResult[] = [];
  while (state.kind === 'working') {
    const { phase, progress } = state;
    deps.tell({ type: 'phase', cycle: progress.cycle, maxCycles: deps.maxCycles, phase });
    const outcome: PhaseOutcome = signal.aborted ? cancelled : await runPhase(deps, phase, progress, signal);
    if (outcome.kind === 'verified') gates = outcome.gates;
    state = transition(state, outcome, deps.maxCycles);
    await deps.save(state, gates);
  }
  return state;
}

const cancelled: PhaseOutcome = { kind: 'cancelled', reason: 'Cancelled; the work so far is kept on its branch' };

async function runPhase(deps: LoopDeps, phase: Phase, progress: Progress, signal: AbortSignal): Promise<PhaseOutcome> {
  const beginning = await deps.mayBegin(phase, progress.cycle, signal);
  if (signal.aborted) return cancelled;
  if (beginning.kind === 'closed') return { kind: 'paused', reason: beginning.reason };
  const agents = agentsOf(deps.roster, phase);
  switch (phase) {
    case 'reason':
      return await inTurn(deps, agents, progress, signal, (endings) => ({
        kind: 'planned',
        plan: endings.map(({ text }) => text).join('\n\n'),
      }));
    case 'act': {
      const outcome = await inTurn(deps, agents, progress, signal, () => ({ kind: 'acted' }));
      if (outcome.kind === 'acted') await deps.commitLeftovers(progress.cycle);
      return outcome;
    }
    case 'reflect':
      return await inTurn(deps, agents, progress, signal, (endings) => ({
        kind: 'reviewed',
        findings: endings.flatMap(({ findings }) => findings),
      }));
    case 'verify':
      return await verify(deps, progress, signal);
    default:
      return unreachable(phase);
  }
}

async function verify(deps: LoopDeps, progress: Progress, signal: AbortSignal): Promise<PhaseOutcome> {
  const gates = await deps.runGates(progress.cycle, signal);
  if (signal.aborted) return cancelled;
  const verdict = deps.judgeResult(gates, progress.findings);
  return { kind: 'verified', gates, verdict, fingerprint: await deps.fingerprint(gates, progress.findings) };
}

interface Contribution {
  readonly text: string;
  readonly findings: readonly Finding[];
}

/** Lets the agents of a phase work one after the other; the first that cannot go on ends the phase. */
async function inTurn(
  deps: LoopDeps,
  agents: readonly Agent[],
  progress: Progress,
  signal: AbortSignal,
  conclude: (contributions: readonly Contribution[]) => PhaseOutcome,
): Promise<PhaseOutcome> {
  const contributions: Contribution[] = [];
  for (const agent of agents) {
    const { name, swarm, phase } = agent;
    const base = { type: 'agent', cycle: progress.cycle, phase, agent: name, swarm } as const;
    deps.tell({ ...base, state: 'started', summary: null });
    const ending = await deps.work(agent, progress, signal);
    switch (ending.kind) {
      case 'finished':
        deps.tell({ ...base, state: 'finished', summary: ending.summary });
        contributions.push({ text: ending.summary, findings: ending.findings });
        break;
      case 'stopped':
        deps.tell({ ...base, state: 'stopped', summary: ending.reason });
        contributions.push({
          text: `${name} stopped: ${ending.reason}`,
          findings: [...ending.findings, unfinished(agent, ending.reason)],
        });
        break;
      case 'cancelled':
        return cancelled;
      case 'paused':
      case 'failed':
        return ending;
      default:
        return unreachable(ending);
    }
    for (const finding of contributions.at(-1)?.findings ?? []) {
      deps.tell({ type: 'finding', cycle: progress.cycle, finding });
    }
  }
  return conclude(contributions);
}

/** A review or a piece of work that broke off is itself something found: it must not pass for a clean one. */
function unfinished(agent: Agent, reason: string): Finding {
  return {
    id: `${agent.name}-unfinished`,
    source: agent.name,
    rule: 'unfinished',
    severity: 'high',
    message: `${agent.name} did not finish: ${reason}`,
    path: null,
    line: null,
  };
}
