import type { Scenario } from './demo/scenario.ts';
import { demoEndpoint } from './demo/demoEndpoint.ts';
import type { Endpoint, Model } from './model.ts';

// The door to the AI SDK, which is a bundle of its own: it costs memory and time, and a command that asks no model must
// not pay for it. Called by the composition roots; nothing is loaded before the first request.

export type ModelSource =
  | {
      readonly kind: 'provider';
      readonly endpoint: Endpoint;
      readonly key: string | null;
      /** After how long without a byte a request counts as dead; by default 2 minutes. */
      readonly stallTimeoutMs?: number;
    }
  | {
      readonly kind: 'demo';
      readonly scenario: Scenario;
      /** Pause before each piece of what the scripted model says, so that people can follow; 0 in tests. */
      readonly paceMs?: number;
    };

/** A model whose first `send` loads the SDK. */
export function loadModel(source: ModelSource): Model {
  let opened: Promise<Model> | null = null;
  return {
    endpoint: source.kind === 'demo' ? demoEndpoint(source.scenario) : source.endpoint,
    async send(permit, request, onText, signal) {
      opened ??= open(source);
      return (await opened).send(permit, request, onText, signal);
    },
  };
}

async function open(source: ModelSource): Promise<Model> {
  const { openDemo, openModel } = await import('./sdk.ts');
  if (source.kind === 'demo') return openDemo(source.scenario, source.paceMs ?? 0);
  return openModel(source.endpoint, source.key, source.stallTimeoutMs);
}
