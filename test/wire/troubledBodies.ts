import type { WireApi } from '../../server/src/models/settings.ts';

/** Streams that no sound server sends, in each provider's own words. */
export interface TroubledBodies {
  /** A stream that holds an error and nothing else. `document` is the provider's answer to a request that it refuses. */
  readonly error: (document: string) => string;
  /** A whole call, and then the stream ends without the word that it has ended. */
  readonly tornCall: string;
  /** An answer whose every count is this one. */
  readonly counted: (count: number) => string;
}

const chatHead = { id: 'c', created: 1, model: 'x' };

export const trouble: Readonly<Record<WireApi, TroubledBodies>> = {
  anthropic: {
    error: (document) => `event: error\ndata: ${document}\n\n`,
    tornCall: events(
      { type: 'message_start', message: anthropicMessage({ input_tokens: 1, output_tokens: 1 }) },
      {
        type: 'content_block_start',
        index: 0,
        content_block: { type: 'tool_use', id: 't', name: 'read_file', input: {} },
      },
      { type: 'content_block_delta', index: 0, delta: { type: 'input_json_delta', partial_json: '{"path":"a"}' } },
      { type: 'content_block_stop', index: 0 },
    ),
    counted: (count) => {
      const usage = { input_tokens: count, output_tokens: count };
      return events(
        { type: 'message_start', message: anthropicMessage(usage) },
        { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage },
        { type: 'message_stop' },
      );
    },
  },
  responses: {
    error: (document) =>
      `data: {"type":"error","sequence_number":0,"error":${JSON.stringify((JSON.parse(document) as { readonly error: unknown }).error)}}\n\n`,
    tornCall: events(
      { type: 'response.created', response: { id: 'r', created_at: 1, model: 'x' } },
      ...['added', 'done'].map((at) => ({
        type: `response.output_item.${at}`,
        output_index: 0,
        item: {
          type: 'function_call',
          id: 'f',
          call_id: 't',
          name: 'read_file',
          arguments: at === 'added' ? '' : '{"path":"a"}',
          status: 'completed',
        },
      })),
    ),
    counted: (count) =>
      events({
        type: 'response.completed',
        response: { id: 'r', created_at: 1, model: 'x', usage: { input_tokens: count, output_tokens: count } },
      }),
  },
  chat: {
    error: (document) => `data: ${document}\n\n`,
    tornCall: events({
      ...chatHead,
      choices: [
        {
          index: 0,
          delta: {
            tool_calls: [
              { index: 0, id: 't', type: 'function', function: { name: 'read_file', arguments: '{"path":"a"}' } },
            ],
          },
        },
      ],
    }),
    counted: (count) =>
      `${events({
        ...chatHead,
        choices: [{ index: 0, delta: { content: 'hi' }, finish_reason: 'stop' }],
        usage: { prompt_tokens: count, completion_tokens: count },
      })}data: [DONE]\n\n`,
  },
  google: {
    error: (document) => events({ error: { code: 503, status: 'UNAVAILABLE', message: document } }),
    tornCall: events({
      candidates: [
        {
          index: 0,
          content: { role: 'model', parts: [{ functionCall: { name: 'read_file', args: { path: 'a' } } }] },
        },
      ],
    }),
    counted: (count) =>
      events({
        candidates: [{ index: 0, content: { role: 'model', parts: [{ text: 'hi' }] }, finishReason: 'STOP' }],
        usageMetadata: { promptTokenCount: count, candidatesTokenCount: count, totalTokenCount: count },
      }),
  },
};

function anthropicMessage(usage: object) {
  return { id: 'm', type: 'message', role: 'assistant', model: 'x', content: [], usage };
}

function events(...values: readonly object[]): string {
  return values.map((value) => `data: ${JSON.stringify(value)}\n\n`).join('');
}
