import type { ActionOf } from '#protocol/action';
import { digestOf } from '../base/digest.ts';
import type { ModelRequest } from './conversation.ts';
import type { Endpoint } from './model.ts';

/** The action that sending `request` to `endpoint` is: what policy decides, and what a permit must say to the letter. */
export function modelCallOf(endpoint: Endpoint, request: ModelRequest): ActionOf<'model_call'> {
  return {
    kind: 'model_call',
    provider: endpoint.provider,
    model: endpoint.model,
    ...(endpoint.region === null ? {} : { region: endpoint.region }),
    ...(endpoint.baseUrl === null ? {} : { endpoint: endpoint.baseUrl }),
    ...(endpoint.proxy === null ? {} : { proxy: endpoint.proxy.address }),
    requestDigest: digestOf(request),
  };
}
