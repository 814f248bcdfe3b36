import type { ActionOf } from '#protocol/action';
import { digestOf } from '../base/digest.ts';
import { invariant } from '../base/invariant.ts';
import { isPermit, type Permit } from '../policy/permit.ts';
import type { ModelAnswer, ModelRequest } from './conversation.ts';
import { demoEndpoint } from './demo/demoEndpoint.ts';
import type { Scenario } from './demo/scenario.ts';
import type { EditorModels } from './editorModels.ts';
import type { Endpoint, Model } from './model.ts';
import { modelCallOf } from './modelCall.ts';
import type { Exchange } from './sdk.ts';

// The door to the AI SDK, which is a bundle of its own: it costs memory and time, and a command that asks no model must
// not pay for it. The permit is demanded here and nowhere behind it: the other bundle has copies of our classes and
// could not tell a permit from a forgery. So this is the only module that may import `sdk.ts`.

export type ModelSource =
  | {
      readonly kind: 'provider';
      readonly endpoint: Endpoint;
      readonly key: string | null;
      /** Whether a person has taken the key away since: nothing more is sent with it. */
      readonly isKeyRemoved?: () => boolean;
      /** After how long without a byte a request counts as dead; by default 2 minutes. */
      readonly stallTimeoutMs?: number;
    }
  | { readonly kind: 'editor'; readonly endpoint: Endpoint; readonly editor: EditorModels }
  | {
      readonly kind: 'demo';
      readonly scenario: Scenario;
      /** Pause before each piece of what the scripted model says, so that people can follow; 0 in tests. */
      readonly paceMs?: number;
    };

/** A model whose first `send` loads the SDK. A `send` without a permit for that very request throws and sends nothing. */
export function loadModel(source: ModelSource): Model {
  const endpoint = source.kind === 'demo' ? demoEndpoint(source.scenario) : source.endpoint;
  let opened: Promise<Exchange> | null = null;
  if (source.kind === 'editor') return editorModel(source);
  return {
    endpoint,
    async send(permit, request, onText, signal) {
      const maxOutputTokens = permittedOutputTokens(permit, endpoint, request);
      if (source.kind === 'provider' && source.isKeyRemoved?.() === true) return keyRemoved(endpoint);
      opened ??= open(source);
      const exchange = await opened;
      return exchange(request, maxOutputTokens, onText, signal);
    },
  };
}

function keyRemoved({ provider }: Endpoint): ModelAnswer {
  const message = `the key for ${provider} was removed; set one with "loki key set ${provider}" and resume the run`;
  return { kind: 'failed', code: 'key_missing', message, isRetryable: false, retryAfterMs: null, isUnbilled: true };
}

/** A model that the client asks for us; the permit is demanded here all the same. */
function editorModel({ endpoint, editor }: Extract<ModelSource, { kind: 'editor' }>): Model {
  return {
    endpoint,
    async send(permit, request, onText, signal) {
      const maxOutputTokens = permittedOutputTokens(permit, endpoint, request);
      if (signal.aborted) return { kind: 'unsent' };
      const answer = await editor.ask(endpoint.model, request, maxOutputTokens, signal);
      if (answer.kind === 'answered' && !signal.aborted) onText(answer.text);
      return signal.aborted ? { kind: 'cut', usage: null, because: 'cancelled' } : answer;
    },
  };
}

function permittedOutputTokens(
  permit: Permit<ActionOf<'model_call'>>,
  endpoint: Endpoint,
  request: ModelRequest,
): number {
  invariant(isPermit(permit, 'model_call'), 'a model is asked with a permit only');
  const { maxOutputTokens } = permit.action;
  invariant(maxOutputTokens !== undefined, 'the permit does not say how long the answer may be');
  const permitted = digestOf({ ...modelCallOf(endpoint, request), maxOutputTokens });
  invariant(permit.actionDigest === permitted, 'the permit is for another request or another endpoint');
  return maxOutputTokens;
}

async function open(source: Exclude<ModelSource, { kind: 'editor' }>): Promise<Exchange> {
  const { openDemo, openProvider } = await import('./sdk.ts');
  if (source.kind === 'demo') return openDemo(source.scenario, source.paceMs ?? 0);
  return openProvider(source.endpoint, source.key, source.stallTimeoutMs);
}
