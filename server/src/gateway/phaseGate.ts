import type { Action } from '#protocol/action';
import type { RunEvent } from '#protocol/run';
import type { Clock } from '../base/clock.ts';
import { newActionId } from '../base/id.ts';
import { gatesOf } from '../policy/policies/judgePolicies.ts';
import type { Policies } from '../policy/policies/policies.ts';
import type { Approver } from './approver.ts';
import { askApproval } from './askApproval.ts';
import { callWebhook } from './callWebhook.ts';
import type { Judge } from './judge.ts';
import type { WebhookSender } from './postWebhook.ts';
import type { Recorder } from './recorder.ts';
import type { Situation } from './situation.ts';

// `approval_gates` of the policies: a person is asked before a phase begins. That nobody answers is never a yes.

export interface PhaseGateDeps {
  readonly judge: Judge;
  readonly approver: Approver;
  readonly recorder: Recorder;
  readonly clock: Clock;
  readonly tell: (event: RunEvent) => void;
  readonly policies: Policies;
  readonly sender: WebhookSender;
}

/** Whether a phase may begin; `reason` says why it may not. Phases that no gate stands before are not recorded. */
export type PhaseGate = (
  situation: Situation & { readonly phase: NonNullable<Situation['phase']> },
  signal: AbortSignal,
) => Promise<{ readonly kind: 'open' } | { readonly kind: 'closed'; readonly reason: string }>;

export function createPhaseGate(deps: PhaseGateDeps): PhaseGate {
  const { policies, judge, recorder, sender, clock, tell } = deps;
  return async (situation, signal) => {
    const { phase, cycle } = situation;
    const gates = gatesOf(policies.approvalGates, phase);
    if (gates.length === 0) return { kind: 'open' };
    const actionId = newActionId();
    const action: Action = { kind: 'phase_start', phase, cycle };
    const decision = await judge(situation.actor, action, { phase });
    await recorder.decision(situation, actionId, action, decision);
    if (decision.kind === 'ALLOW') return { kind: 'open' };
    if (decision.kind === 'DENY') return { kind: 'closed', reason: decision.reason };

    const asking = gates.filter(({ isMonitored }) => !isMonitored);
    const timeoutMs = Math.min(...asking.map(({ timeoutMinutes }) => timeoutMinutes)) * 60_000;
    const expiresAt = new Date(clock.now().getTime() + timeoutMs).toISOString();
    await Promise.all(asking.map(async (gate) => await tellWebhook(situation, gate, expiresAt, signal)));
    const answer = await askApproval({ ...deps, timeoutMs }, situation, action, decision, signal);
    await recorder.approval(situation, actionId, action, answer, decision);
    if (answer.outcome === 'approved') return { kind: 'open' };
    const why = answer.why === null ? '' : `: ${answer.why}`;
    const who = answer.outcome === 'denied' ? `${answer.by} did not agree` : 'nobody agreed in time';
    return { kind: 'closed', reason: `The phase ${phase} did not begin: ${who}${why}` };
  };

  async function tellWebhook(
    situation: Situation,
    { webhook: url, source, name }: Policies['approvalGates'][number],
    expiresAt: string,
    signal: AbortSignal,
  ): Promise<void> {
    if (url === null) return;
    const { runId, taskId, phase, cycle } = situation;
    const { host } = new URL(url);
    await recorder.host(situation, 'webhook', host, { stage: 'intent' });
    const message = {
      event: 'approval_requested',
      gate: name,
      run_id: runId,
      task_id: taskId,
      phase,
      cycle,
      expires_at: expiresAt,
    };
    const result = await callWebhook({ judge, sender }, { url, tier: source.tier }, message, signal);
    await recorder.host(situation, 'webhook', host, { stage: 'outcome', ...result, result: result.kind });
    if (result.kind === 'sent') return;
    tell({
      type: 'notice',
      level: 'warning',
      message: `${host} was not told that an approval is needed: ${result.reason}`,
    });
  }
}
