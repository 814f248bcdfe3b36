import type { Action, ActionKind } from '#protocol/action';
import type { RunEvent } from '#protocol/run';
import type { Evidence } from '../audit/evidence.ts';
import type { Clock } from '../base/clock.ts';
import { Failure } from '../base/failure.ts';
import { newActionId, type ActionId } from '../base/id.ts';
import { actorName } from '../policy/actor.ts';
import { authorize } from '../policy/authorize.ts';
import type { Decision } from '../policy/decision.ts';
import type { Permit } from '../policy/permit.ts';
import type { ProposedCall } from '../models/conversation.ts';
import { redactTexts } from '../scan/redactTexts.ts';
import { catalog } from '../tools/catalog.ts';
import type { Performed } from '../tools/perform.ts';
import type { Services } from '../tools/services/services.ts';
import type { ActionResult } from './actionResult.ts';
import type { Approver } from './approver.ts';
import { askApproval } from './askApproval.ts';
import type { ContentScan } from './contentScan.ts';
import { titleOf } from './describeAction.ts';
import type { Judge } from './judge.ts';
import { followRedirects } from './followRedirects.ts';
import { parseCall } from './parseCall.ts';
import type { Perform } from './perform.ts';
import type { Recorder } from './recorder.ts';
import type { Situation } from './situation.ts';
import { createSpender } from './spender.ts';

// The one path (ARCHITECTURE.md): parse, resolve and evaluate, ask, authorize, intent, perform, outcome, tell.
// Nothing here decides: policy does. Nothing here has an effect: tools and sandbox do, with the permit made here.

export interface GatewayDeps {
  readonly judge: Judge;
  readonly approver: Approver;
  readonly recorder: Recorder;
  readonly evidence: Evidence;
  readonly scan: ContentScan;
  readonly perform: Perform;
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
  ): Promise<{ readonly action: Action | null; readonly result: ActionResult }>;
  /** Takes an action of Loki itself (a gate's command) through the same path. */
  act(situation: Situation, action: Action, signal: AbortSignal): Promise<ActionResult & { performed?: Performed }>;
}

export function createGateway(deps: GatewayDeps): Gateway {
  const spend = createSpender();

  const act = followRedirects(async (situation, action, signal) => {
    const actionId = newActionId();
    const decision = await deps.judge(situation.actor, action);
    // What carries a secret is always denied, so only that can show one.
    const shown = decision.kind === 'DENY' ? await redactTexts(action, deps.scan.redact) : action;
    const show = shower(deps, situation, actionId, shown, decision);

    if (decision.kind === 'DENY') {
      await deps.recorder.decision(situation, actionId, action, decision);
      show('refused', decision.reason);
      return { kind: 'refused', reason: decision.reason, remedy: decision.answers[0]?.remedy ?? null };
    }
    let permit: Permit;
    if (decision.kind === 'REQUIRE_APPROVAL') {
      await deps.recorder.decision(situation, actionId, action, decision);
      show('awaiting', decision.reason);
      const answer = await askApproval(deps, situation, action, decision, signal);
      await deps.recorder.approval(situation, actionId, action, answer);
      if (answer.outcome !== 'approved') {
        show(answer.outcome, answer.why);
        if (answer.outcome === 'denied') return { kind: 'denied', why: answer.why };
        return { kind: 'expired', why: answer.why };
      }
      permit = authorize(action, decision, situation.runId, {
        outcome: 'approved',
        actionDigest: decision.actionDigest,
      });
    } else {
      permit = authorize(action, decision, situation.runId);
    }
    if (signal.aborted) return { kind: 'cancelled' };

    await deps.recorder.intent(situation, actionId, action, decision);
    show('running', decision.reason);
    spend(permit);
    return await carryOut(deps, situation, actionId, permit, show, signal);
  });

  return {
    act,
    propose: async (situation, call, offered, signal) => {
      const parsed = parseCall(call, offered, [...catalog, ...(deps.services?.tools() ?? [])]);
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

type Show = (state: Extract<RunEvent, { type: 'action' }>['state'], reason: string | null, durationMs?: number) => void;

function shower(
  { tell }: GatewayDeps,
  situation: Situation,
  actionId: ActionId,
  action: Action,
  decision: Decision,
): Show {
  return (state, reason, durationMs) =>
    tell({
      type: 'action',
      actionId,
      agent: actorName(situation.actor),
      action,
      title: titleOf(action),
      state,
      decision: decision.kind,
      reason,
      rules: [...decision.answers],
      durationMs: durationMs ?? null,
    });
}

/** Kinds whose results are read from the workspace or a process and may carry a secret into a model's context. */
const readingKinds: ReadonlySet<ActionKind> = new Set([
  'file_read',
  'file_list',
  'file_search',
  'command',
  'git_status',
  'git_diff',
  'fetch',
  'mcp_call',
  'mcp_start',
]);

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
  const text = readingKinds.has(action.kind) ? await scan.redact(performed.text) : performed.text;
  await recorder.outcome(situation, actionId, action, {
    result: performed.kind,
    durationMs,
    output: text === '' ? null : await evidence.put(text),
    extra: {
      ...(performed.command?.kind === 'exited' ? { exit_code: performed.command.exitCode } : {}),
      ...(performed.quarantined?.length ? { quarantined: performed.quarantined } : {}),
    },
  });
  show(performed.kind, performed.kind === 'done' ? null : text, durationMs);
  if (performed.kind === 'cancelled') return { kind: 'cancelled', performed };
  return performed.kind === 'done' ? { kind: 'done', text, performed } : { kind: 'failed', reason: text, performed };
}
