import type { Action } from '#protocol/action';
import type { RunEvent } from '#protocol/run';
import type { Evidence } from '../audit/evidence.ts';
import type { Clock } from '../base/clock.ts';
import { Failure } from '../base/failure.ts';
import { newActionId, type ActionId } from '../base/id.ts';
import { actorName } from '../policy/actor.ts';
import type { Permit } from '../policy/permit.ts';
import type { ProposedCall } from '../models/conversation.ts';
import { catalog, type Tool } from '../tools/catalog.ts';
import type { Performed } from '../tools/perform.ts';
import type { Services } from '../tools/services/services.ts';
import type { ActionResult } from './actionResult.ts';
import { passingMemory, type ApprovalMemory } from './approvalMemory.ts';
import type { Approver } from './approver.ts';
import { createClearance } from './clearance.ts';
import type { ContentScan } from './contentScan.ts';
import { titleOf } from './describeAction.ts';
import type { Judge } from './judge.ts';
import { followRedirects } from './followRedirects.ts';
import { parseCall } from './parseCall.ts';
import type { Perform } from './perform.ts';
import type { Recorder } from './recorder.ts';
import type { Show } from './showAction.ts';
import type { Situation } from './situation.ts';
import { createSpender } from './spender.ts';

// The one path (ARCHITECTURE.md): parse, clear (resolve, evaluate, ask, authorize), intent, perform, outcome, tell.
// Nothing here decides: policy does. Nothing here has an effect: tools and sandbox do, with the permit made here.

export interface GatewayDeps {
  readonly judge: Judge;
  readonly approver: Approver;
  readonly recorder: Recorder;
  readonly evidence: Evidence;
  readonly scan: ContentScan;
  readonly perform: Perform;
  /** What the run remembers of its approvals; without it nothing is remembered beyond this gateway. */
  readonly memory?: ApprovalMemory;
  readonly clock: Clock;
  readonly tell: (event: RunEvent) => void;
  /** The MCP servers of the run; left out where there are none. */
  readonly services?: Pick<Services, 'tools'> | undefined;
}

export interface Gateway {
  /** Takes a model's call through the whole path. `offered` are the tools this agent has. Expected noes are values. */
  propose(
    situation: Situation,
    call: ProposedCall,
    offered: readonly string[],
    signal: AbortSignal,
  ): Promise<{ readonly action: Action | null; readonly result: ActionResult & { performed?: Performed } }>;
  /** Puts the questions about the calls of one step together, before each is proposed. Has no effect of its own. */
  askTogether(
    situation: Situation,
    calls: readonly ProposedCall[],
    offered: readonly string[],
    signal: AbortSignal,
  ): Promise<void>;
  /** Takes an action of Loki itself (a gate's command) through the same path. */
  act(situation: Situation, action: Action, signal: AbortSignal): Promise<ActionResult & { performed?: Performed }>;
}

export function createGateway(deps: GatewayDeps): Gateway {
  const spend = createSpender();
  const clearance = createClearance({ ...deps, memory: deps.memory ?? passingMemory() });

  const act = followRedirects(async (situation, action, signal) => {
    const cleared = await clearance.clear(situation, action, signal);
    if (cleared.kind === 'stopped') return cleared.result;
    const { actionId, decision, permit, show } = cleared;
    await deps.recorder.intent(situation, actionId, action, decision);
    show('running', decision.reason);
    spend(permit);
    return await carryOut(deps, situation, actionId, permit, show, signal);
  });

  const tools = (): readonly Tool[] => [...catalog, ...(deps.services?.tools() ?? [])];

  return {
    act,
    askTogether: async (situation, calls, offered, signal) => {
      const parsed = calls.map((call) => parseCall(call, offered, tools()));
      const actions = parsed.flatMap((one) => (one.kind === 'action' ? [one.action] : []));
      if (actions.length > 1) await clearance.askTogether(situation, actions, signal);
    },
    propose: async (situation, call, offered, signal) => {
      const parsed = parseCall(call, offered, tools());
      if (parsed.kind === 'action') {
        return { action: parsed.action, result: await act(situation, parsed.action, signal) };
      }
      const actionId = newActionId();
      await deps.recorder.malformed(situation, actionId, call.tool, parsed.problem);
      deps.tell({
        type: 'action',
        actionId,
        agent: actorName(situation.actor),
        action: null,
        title: call.tool,
        state: 'invalid',
        decision: null,
        reason: parsed.problem,
        rules: [],
        durationMs: null,
      });
      return { action: null, result: { kind: 'invalid', problem: parsed.problem } };
    },
  };
}

/** Performs under a permit whose intent is durable, and records the outcome whatever happens. */
async function carryOut(
  { perform, recorder, evidence, scan, clock }: GatewayDeps,
  situation: Situation,
  actionId: ActionId,
  permit: Permit,
  show: Show,
  signal: AbortSignal,
): Promise<ActionResult & { performed?: Performed }> {
  const action = permit.action;
  const startedMs = clock.elapsedMs();
  let performed: Performed;
  try {
    performed = await perform(permit, situation.actor, signal);
  } catch (error) {
    const durationMs = clock.elapsedMs() - startedMs;
    const result = signal.aborted ? 'cancelled' : 'failed';
    const reason = error instanceof Failure ? error.message : `${titleOf(action)} could not be carried out`;
    await recorder.outcome(situation, actionId, action, { result, durationMs, output: null, extra: { reason } });
    show(result, reason, durationMs);
    if (result === 'cancelled') return { kind: 'cancelled' };
    if (error instanceof Failure) return { kind: 'failed', reason };
    throw error;
  }
  const durationMs = clock.elapsedMs() - startedMs;
  // Of every kind: a failure names paths, and a person's answer is sent to the model as well.
  const text = await scan.redact(performed.text);
  await recorder.outcome(situation, actionId, action, {
    result: performed.kind,
    durationMs,
    output: text === '' ? null : await evidence.put(text),
    extra: {
      ...(performed.command?.kind === 'exited' ? { exit_code: performed.command.exitCode } : {}),
      ...(performed.quarantined?.length ? { quarantined: performed.quarantined } : {}),
      ...(performed.connections?.length ? { connections: performed.connections } : {}),
    },
  });
  show(performed.kind, performed.kind === 'done' ? null : text, durationMs);
  if (performed.kind === 'cancelled') return { kind: 'cancelled', performed };
  return performed.kind === 'done' ? { kind: 'done', text, performed } : { kind: 'failed', reason: text, performed };
}
