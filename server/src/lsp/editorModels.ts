import { editorModelAsk, editorModelList, type EditorModelRequest } from '#protocol/model';
import { maxCalls, tooManyCalls } from '../models/callLimit.ts';
import type { CallOutput, ModelAnswer, ModelRequest, ProposedCall, Turn } from '../models/conversation.ts';
import type { EditorModels } from '../models/editorModels.ts';
import type { Rpc } from './rpc.ts';

// The editor starts every extension that brings models before it answers.
const listWithinMs = 20_000;
/** Time for a person to consent and for the longest answer; one that never comes must not keep a run for ever. */
const answerWithinMs = 30 * 60_000;

/** The editor's models as the engine asks them: through the client, which asks the user. */
export function createEditorModels(rpc: Rpc): EditorModels {
  return {
    list: async () => (await rpc.ask(editorModelList, {}, AbortSignal.timeout(listWithinMs)))?.models ?? null,
    ask: async (model, request, maxOutputTokens, signal) => {
      const limited = AbortSignal.any([signal, AbortSignal.timeout(answerWithinMs)]);
      const answer = await rpc.ask(editorModelAsk, onWire(model, request, maxOutputTokens), limited);
      // The client may have asked before it stopped answering.
      if (answer === null) return failed('the editor did not answer; look at its log', false);
      if (answer.kind === 'failed') return failed(answer.why, !answer.isSent);
      const calls = answer.calls.slice(0, maxCalls + 1).map((call, at) => proposed(call, at, request));
      const finish = calls.length > 0 ? 'calls' : 'stop';
      // The editor does not tell what was counted: unmeasured, not nothing.
      return { kind: 'answered', text: answer.text, calls: withOwnIds(calls, request), usage: null, finish };
    },
  };
}

function onWire(
  model: string,
  { instructions, turns, tools }: ModelRequest,
  maxOutputTokens: number,
): EditorModelRequest {
  return {
    model,
    instructions,
    turns: turns.map(turnOnWire),
    tools: tools.map((tool) => ({ ...tool })),
    maxOutputTokens,
  };
}

function turnOnWire(turn: Turn): EditorModelRequest['turns'][number] {
  switch (turn.role) {
    case 'user':
      return { role: 'user', text: turn.text };
    case 'assistant': {
      const calls = turn.calls.map((call) => ({
        callId: call.callId,
        tool: call.tool,
        input: call.kind === 'call' ? call.input : {},
      }));
      return { role: 'assistant', text: turn.text, calls };
    }
    case 'tool':
      return {
        role: 'tool',
        results: turn.results.map(({ callId, output }) => ({ callId, text: outputText(output) })),
      };
  }
}

function outputText(output: CallOutput): string {
  return output.kind === 'refused' ? `Refused: ${output.reason}` : output.text;
}

type AnsweredCall = { readonly callId: string; readonly tool: string; readonly input?: unknown };

function proposed({ callId, tool, input }: AnsweredCall, at: number, { tools }: ModelRequest): ProposedCall {
  if (at >= maxCalls) return { kind: 'malformed', callId, tool: tool.slice(0, 128), problem: tooManyCalls };
  if (tools.some(({ name }) => name === tool)) return { kind: 'call', callId, tool, input };
  const names = tools.map(({ name }) => name).join(', ');
  return { kind: 'malformed', callId, tool: tool.slice(0, 128), problem: `There is no such tool; there are ${names}` };
}

/** Two calls with one id could not be told apart. */
function withOwnIds(calls: readonly ProposedCall[], { turns }: ModelRequest): readonly ProposedCall[] {
  const used = new Set(
    turns.flatMap((turn) => (turn.role === 'assistant' ? turn.calls.map(({ callId }) => callId) : [])),
  );
  return calls.map((call) => {
    let { callId } = call;
    for (let count = used.size + 1; used.has(callId) || !/^[A-Za-z0-9_-]{1,64}$/.test(callId); count += 1) {
      callId = `call_${count}`;
    }
    used.add(callId);
    return { ...call, callId };
  });
}

function failed(why: string, isUnbilled: boolean): ModelAnswer {
  return {
    kind: 'failed',
    code: 'provider_refused',
    message: `the editor's model did not answer: ${why}`,
    isRetryable: false,
    retryAfterMs: null,
    isUnbilled,
  };
}
