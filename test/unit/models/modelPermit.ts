import type { ActionOf } from '#protocol/action';
import type { ModelRequest } from '../../../server/src/models/conversation.ts';
import type { Endpoint } from '../../../server/src/models/model.ts';
import { modelCallOf } from '../../../server/src/models/modelCall.ts';
import type { Permit } from '../../../server/src/policy/permit.ts';
import { permitFor } from '../permitFor.ts';

/** A permit for sending `request` to `endpoint`, made the way the gateway makes it. */
export function modelPermit(
  endpoint: Endpoint,
  request: ModelRequest,
  maxOutputTokens = 4096,
): Permit<ActionOf<'model_call'>> {
  return permitFor({ ...modelCallOf(endpoint, request), maxOutputTokens });
}

/** A request with one tool, to be changed as a test needs it. */
export function requestWith(change: Partial<ModelRequest> = {}): ModelRequest {
  return {
    agent: 'implementer',
    cycle: 1,
    instructions: 'You are the implementer.',
    turns: [{ role: 'user', text: 'Make it work.' }],
    tools: [
      {
        name: 'read_file',
        description: 'Reads a file.',
        inputSchema: { type: 'object', properties: { path: { type: 'string' } }, required: ['path'] },
      },
    ],
    ...change,
  };
}
