import type { Action } from '#protocol/action';
import type { FailureCode } from '#protocol/failure';
import type { Finding } from '#protocol/gate';
import type { RunEvent } from '#protocol/run';
import type { Agent } from '../agents/agent.ts';
import { sha256 } from '../base/digest.ts';
import { toldToAgent } from '../gateway/actionResult.ts';
import type { Gateway } from '../gateway/gateway.ts';
import type { ModelGateway, ModelResult, PricedModel } from '../gateway/modelGateway.ts';
import type { Situation } from '../gateway/situation.ts';
import type { ProposedCall, ToolDeclaration, Turn } from '../models/conversation.ts';
import { redactTexts } from '../scan/redactTexts.ts';

/** How an agent's work in one phase ended. */
export type AgentEnding =
  | { readonly kind: 'finished'; readonly summary: string; readonly findings: readonly Finding[] }
  /** It did not come to an end by itself; what it did is kept. */
  | { readonly kind: 'stopped'; readonly reason: string; readonly findings: readonly Finding[] }
  | { readonly kind: 'paused'; readonly reason: string }
  | { readonly kind: 'failed'; readonly code: FailureCode; readonly reason: string }
  | { readonly kind: 'cancelled' };

export interface AgentWork {
  readonly agent: Agent;
  readonly situation: Situation;
  readonly model: PricedModel;
  /** Asked first, until it does not do; null where the roster does not allow it. */
  readonly cheaper?: PricedModel | null;
  readonly instructions: string;
  /** What the agent is told first: the task and where it stands. */
  readonly opening: string;
}

export interface WorkDeps {
  readonly gateway: Gateway;
  readonly models: ModelGateway;
  readonly declarations: readonly ToolDeclaration[];
  readonly redact: (text: string) => Promise<string>;
  readonly tell: (event: RunEvent) => void;
  readonly maxSteps: number;
}

/**
 * Drives one agent step by step: one model request, then every proposed call through the gateway in order, their
 * results back. Ends when the agent calls `finish`, has nothing more to do, or a limit, a failure or a cancel stops it.
 */
export async function workAs(deps: WorkDeps, work: AgentWork, signal: AbortSignal): Promise<AgentEnding> {
  const { agent, situation } = work;
  const tools = deps.declarations.filter(({ name }) => agent.tools.includes(name));
  const turns: Turn[] = [{ role: 'user', text: work.opening }];
  const findings: Finding[] = [];
  let wasReminded = false;
  let model = work.cheaper ?? work.model;
  /** The work goes on with the model that the agent is meant to have. */
  const giveUpCheaper = (why: string): void => {
    const message = `${agent.name} goes on with ${work.model.model.endpoint.model}: ${why}`;
    model = work.model;
    deps.tell({ type: 'notice', level: 'warning', message });
  };

  for (let step = 1; step <= deps.maxSteps; step += 1) {
    const request = { agent: agent.name, cycle: situation.cycle, instructions: work.instructions, turns, tools };
    const answer = await deps.models.request(situation, model, { ...request, turns: [...turns] }, signal);
    if (answer.kind === 'failed' && model !== work.model) {
      giveUpCheaper(answer.message);
      continue;
    }
    if (answer.kind !== 'answered') return endingOf(answer);
    const isPoor = answer.finish !== 'stop' && answer.finish !== 'calls';
    if (model !== work.model && (isPoor || answer.calls.some(({ kind }) => kind === 'malformed'))) {
      giveUpCheaper('the cheaper model did not answer as it should');
      // Nothing of that answer was done; the other model starts from where it was asked.
      continue;
    }
    // Without secrets from here on: one that the model itself wrote would stop every later request.
    const said = await redactTexts({ text: answer.text, calls: answer.calls }, deps.redact);
    turns.push({ role: 'assistant', ...said });
    const text = said.text.trim();
    if (text !== '') deps.tell({ type: 'said', agent: agent.name, text });
    if (answer.calls.length === 0) {
      if (answer.finish === 'stop' && wasReminded) return { kind: 'finished', summary: text, findings };
      if (wasReminded) return { kind: 'stopped', reason: `its answer ended early (${answer.finish})`, findings };
      wasReminded = true;
      turns.push({ role: 'user', text: 'Go on with a tool, or call finish when your work is done.' });
      continue;
    }
    const taken = await takeCalls(deps, work, answer.calls, signal);
    if (taken.kind !== 'taken') return taken;
    turns.push({ role: 'tool', results: taken.results });
    findings.push(...taken.findings);
    if (taken.summary !== null) return { kind: 'finished', summary: taken.summary, findings };
  }
  return { kind: 'stopped', reason: `it used all ${deps.maxSteps} steps`, findings };
}

type ToolTurn = Extract<Turn, { role: 'tool' }>;

type Taken =
  | {
      readonly kind: 'taken';
      readonly results: ToolTurn['results'];
      readonly findings: readonly Finding[];
      readonly summary: string | null;
    }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'paused'; readonly reason: string };

async function takeCalls(
  { gateway, redact }: WorkDeps,
  { agent, situation }: AgentWork,
  calls: readonly ProposedCall[],
  signal: AbortSignal,
): Promise<Taken> {
  const results: ToolTurn['results'][number][] = [];
  const findings: Finding[] = [];
  let summary: string | null = null;
  await gateway.askTogether(situation, calls, agent.tools, signal);
  for (const call of calls) {
    const { action, result } = await gateway.propose(situation, call, agent.tools, signal);
    if (result.kind === 'cancelled' || signal.aborted) return { kind: 'cancelled' };
    const changed = result.performed?.quarantined ?? [];
    if (changed.length > 0) return { kind: 'paused', reason: reachedForControl(agent, changed) };
    // A refusal may name a path or a tool that the model made up with a secret in it.
    const told = await redactTexts({ tool: call.tool, output: toldToAgent(result) }, redact);
    results.push({ callId: call.callId, ...told });
    if (result.kind !== 'done' || action === null) continue;
    if (action.kind === 'report_finding') findings.push(findingOf(agent, await redactTexts(action, redact)));
    if (action.kind === 'finish') summary = await redact(action.summary);
  }
  return { kind: 'taken', results, findings, summary };
}

/** Whoever got past a refusal once will try again: a person looks before anything else happens. */
export function reachedForControl({ name }: Agent, changed: readonly string[]): string {
  const shown = changed.slice(0, 5).join(', ');
  const more = changed.length > 5 ? ` and ${changed.length - 5} more` : '';
  return `A command or MCP server of ${name} changed what agents may not change (${shown}${more}). What it made is set aside in the quarantine folder of the run; look at it, then resume or discard the run`;
}

function findingOf(agent: Agent, action: Extract<Action, { kind: 'report_finding' }>): Finding {
  const place = `${action.path ?? ''}:${action.line ?? ''}`;
  return {
    id: `${agent.name}-${sha256(`${place}:${action.message}`).slice(0, 12)}`,
    source: agent.name,
    rule: 'review',
    severity: action.severity,
    message: action.message,
    path: action.path ?? null,
    line: action.line ?? null,
  };
}

function endingOf(answer: Exclude<ModelResult, { kind: 'answered' }>): AgentEnding {
  switch (answer.kind) {
    case 'paused':
    case 'cancelled':
      return answer;
    case 'refused':
      return { kind: 'failed', code: 'provider_refused', reason: answer.reason };
    case 'failed':
      return { kind: 'failed', code: answer.code, reason: answer.message };
  }
}
