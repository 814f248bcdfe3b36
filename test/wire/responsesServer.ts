import { argumentsOf, countTokens, inPieces, type WireCall, type WirePart, type WireServer } from './wireScript.ts';
import { startWireServer, type WireFormat } from './wireServer.ts';

/** A server that speaks OpenAI's Responses API (streaming). */
export async function startResponsesServer(parts: readonly WirePart[]): Promise<WireServer> {
  return startWireServer(responsesFormat, parts);
}

const responsesFormat: WireFormat = {
  path: '/responses',
  instructionsOf: (body) => {
    const [first]: unknown[] = Array.isArray(body['input']) ? body['input'] : [];
    return JSON.stringify([body['instructions'] ?? '', first ?? '']);
  },
  usageOf: (body, { text = '', calls = [], cacheRead = 0 }) => ({
    input: countTokens([body['input'], body['tools']]),
    output: countTokens(text + calls.map((call) => call.tool + argumentsOf(call)).join('')),
    cacheRead,
    cacheWrite: 0,
  }),
  opening: (body, _usage, said) =>
    [created(body), ...(said === '' ? [] : [messageAdded(0), textDelta(0, said)])].join(''),
  whole: (body, usage, { text = '', calls = [], finish }) => {
    const isRefusal = finish === 'refusal';
    const incomplete = finish === undefined || isRefusal ? null : { reason: finish };
    return [
      created(body),
      ...(text === '' || isRefusal
        ? []
        : [messageAdded(0), ...inPieces(text).map((piece) => textDelta(0, piece)), messageDone(0, text)]),
      ...(isRefusal ? refusal(text) : []),
      ...calls.flatMap((call, index) => callEvents(call, index + 1, usage.input)),
      event(incomplete === null ? 'response.completed' : 'response.incomplete', {
        response: {
          id: 'resp_test',
          created_at: 1,
          model: body['model'],
          incomplete_details: incomplete,
          usage: {
            input_tokens: usage.input,
            input_tokens_details: { cached_tokens: usage.cacheRead },
            output_tokens: usage.output,
            output_tokens_details: { reasoning_tokens: 1 },
          },
        },
      }),
    ];
  },
};

function created(body: Readonly<Record<string, unknown>>): string {
  return event('response.created', { response: { id: 'resp_test', created_at: 1, model: body['model'] } });
}

function messageAdded(index: number): string {
  return event('response.output_item.added', {
    output_index: index,
    item: { type: 'message', id: `msg_${index}`, status: 'in_progress', role: 'assistant', content: [] },
  });
}

function textDelta(index: number, delta: string): string {
  return event('response.output_text.delta', { item_id: `msg_${index}`, output_index: index, content_index: 0, delta });
}

function messageDone(index: number, text: string): string {
  const content = [{ type: 'output_text', text, annotations: [] }];
  return event('response.output_item.done', {
    output_index: index,
    item: { type: 'message', id: `msg_${index}`, status: 'completed', role: 'assistant', content },
  });
}

function refusal(text: string): readonly string[] {
  return [
    messageAdded(0),
    event('response.refusal.delta', { item_id: 'msg_0', output_index: 0, content_index: 0, delta: text }),
    event('response.refusal.done', { item_id: 'msg_0', output_index: 0, content_index: 0, refusal: text }),
    event('response.output_item.done', {
      output_index: 0,
      item: {
        type: 'message',
        id: 'msg_0',
        status: 'completed',
        role: 'assistant',
        content: [{ type: 'refusal', refusal: text }],
      },
    }),
  ];
}

function callEvents(call: WireCall, index: number, count: number): readonly string[] {
  const item = {
    type: 'function_call',
    id: `fc_${index}`,
    call_id: call.id ?? `call_${count}_${index}`,
    name: call.tool,
  };
  return [
    event('response.output_item.added', {
      output_index: index,
      item: { ...item, arguments: '', status: 'in_progress' },
    }),
    ...inPieces(argumentsOf(call)).map((delta) =>
      event('response.function_call_arguments.delta', { item_id: item.id, output_index: index, delta }),
    ),
    event('response.output_item.done', {
      output_index: index,
      item: { ...item, arguments: argumentsOf(call), status: 'completed' },
    }),
  ];
}

function event(type: string, data: object): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: 0, ...data })}\n\n`;
}
