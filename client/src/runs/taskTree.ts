import type { Phase } from '#protocol/phase';
import type { RunEventOf } from '#protocol/run';
import type { NumberedEvent } from '#protocol/task';

/** `interrupted`: its end was never told, because the process that did it died. */
export type ActionState = RunEventOf<'action'>['state'] | 'interrupted';

export interface ActionNode {
  readonly kind: 'action';
  readonly id: string;
  readonly runId: string;
  /** What is known of it last. */
  readonly action: Omit<RunEventOf<'action'>, 'state'> & { readonly state: ActionState };
}
export interface AgentNode {
  readonly kind: 'agent';
  readonly id: string;
  readonly runId: string;
  readonly agent: string;
  readonly swarm: string | null;
  readonly state: 'started' | 'finished' | 'stopped';
  readonly summary: string | null;
  readonly actions: readonly ActionNode[];
}
export interface PhaseNode {
  readonly kind: 'phase';
  readonly id: string;
  readonly runId: string;
  readonly cycle: number;
  readonly phase: Phase;
  readonly agents: readonly AgentNode[];
}

type Draft<T, K extends keyof T, C> = { -readonly [P in keyof Omit<T, K>]: T[P] } & { children: Map<string, C> };
type AgentDraft = Draft<AgentNode, 'actions', ActionNode>;
type PhaseDraft = Draft<PhaseNode, 'agents', AgentDraft>;

/**
 * The events of a run as phase → agent → action, in the order in which each first appeared. Of a run that is not under way
 * nothing is: what told no end was left behind.
 */
export function taskTree(runId: string, events: readonly NumberedEvent[], isUnderWay: boolean): readonly PhaseNode[] {
  const phases = new Map<string, PhaseDraft>();
  const placeOf = new Map<string, AgentDraft>();
  let current: PhaseDraft | null = null;
  for (const { event } of events) {
    if (event.type === 'phase') current = phaseOf(phases, runId, event.cycle, event.phase);
    if (event.type === 'agent') {
      current = phaseOf(phases, runId, event.cycle, event.phase);
      const agent = agentOf(current, event.agent);
      agent.swarm = event.swarm;
      agent.state = event.state;
      agent.summary = event.summary ?? agent.summary;
    }
    if (event.type === 'action') {
      current ??= phaseOf(phases, runId, 1, 'reason');
      const agent = placeOf.get(event.actionId) ?? agentOf(current, event.agent);
      placeOf.set(event.actionId, agent);
      const id = `${agent.id}/${event.actionId}`;
      const isLeft = !isUnderWay && (event.state === 'running' || event.state === 'awaiting');
      const action = isLeft ? { ...event, state: 'interrupted' as const } : event;
      agent.children.set(event.actionId, { kind: 'action', id, runId, action });
    }
  }
  return [...phases.values()].map(({ children, ...phase }) => ({
    ...phase,
    agents: [...children.values()].map(({ children: actions, ...agent }) => ({
      ...agent,
      state: agent.state === 'started' && !isUnderWay ? 'stopped' : agent.state,
      actions: [...actions.values()],
    })),
  }));
}

function phaseOf(phases: Map<string, PhaseDraft>, runId: string, cycle: number, phase: Phase): PhaseDraft {
  const id = `${runId}/${cycle}-${phase}`;
  const found = phases.get(id);
  if (found !== undefined) return found;
  const made: PhaseDraft = { kind: 'phase', id, runId, cycle, phase, children: new Map() };
  phases.set(id, made);
  return made;
}

function agentOf(phase: PhaseDraft, agent: string): AgentDraft {
  const found = phase.children.get(agent);
  if (found !== undefined) return found;
  const made: AgentDraft = {
    kind: 'agent',
    id: `${phase.id}/${agent}`,
    runId: phase.runId,
    agent,
    swarm: null,
    state: 'started',
    summary: null,
    children: new Map(),
  };
  phase.children.set(agent, made);
  return made;
}
