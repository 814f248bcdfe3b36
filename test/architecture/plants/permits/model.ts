// A model without a permit.
import type { ModelRequest } from '../../../../server/src/models/conversation.ts';
import type { Model } from '../../../../server/src/models/model.ts';

declare const model: Model;
declare const request: ModelRequest;

export const answer = model.send(null, request, () => undefined, new AbortController().signal);
