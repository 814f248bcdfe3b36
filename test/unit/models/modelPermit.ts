import type { ActionOf } from '#protocol/action';
import { digestOf } from '../../../server/src/base/digest.ts';
import type { RunId } from '../../../server/src/base/id.ts';
import type { ModelRequest } from '../../../server/src/models/conversation.ts';
import type { Endpoint } from '../../../server/src/models/model.ts';
import { modelCallOf } from '../../../server/src/models/modelCall.ts';
import { authorize } from '../../../server/src/policy/authorize.ts';
import type { Permit } from '../../../server/src/policy/permit.ts';

/** A permit for sending `request` to `endpoint`, made the way the gateway makes it. */
export function modelPermit(
  endpoint: Endpoint,
  request: ModelRequest,
  maxOutputTokens = 4096,
): Permit<ActionOf<'model_call'>> {
  const action = modelCallOf(endpoint, request, maxOutputTokens);
  const decision = {
    kind: 'ALLOW',
    reason: 'a test allows it',
    answers: [],
    actionDigest: digestOf(action),
    policyHash: 'test',
  } as const;
  return authorize(action, decision, 'run-test' as RunId);
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
