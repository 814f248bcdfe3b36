import type { JsonSchema } from './tool.ts';

// What is said between Loki and a model, in our own shapes: providers' formats stay inside models/.

/** A call that a model proposes. Nothing has happened yet; the gateway answers it. */
export type ProposedCall =
  | { readonly kind: 'call'; readonly callId: string; readonly tool: string; readonly input: unknown }
  /** The model's words did not form a call: no such tool, or arguments that are not JSON. */
  | { readonly kind: 'malformed'; readonly callId: string; readonly tool: string; readonly problem: string };

export type CallOutput =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'error'; readonly text: string }
  | { readonly kind: 'refused'; readonly reason: string };

export type Turn =
  | { readonly role: 'user'; readonly text: string }
  | { readonly role: 'assistant'; readonly text: string; readonly calls: readonly ProposedCall[] }
  | {
      readonly role: 'tool';
      readonly results: readonly { readonly callId: string; readonly tool: string; readonly output: CallOutput }[];
    };

/** A tool as a model sees it. */
export interface ToolDeclaration {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: JsonSchema;
}

/** One request to a model, complete: what is reserved, authorized and sent is the same. */
export interface ModelRequest {
  readonly agent: string;
  readonly cycle: number;
  readonly instructions: string;
  readonly turns: readonly Turn[];
  readonly tools: readonly ToolDeclaration[];
}

/** Tokens as the provider counted them. `input` contains the cached ones. */
export interface Usage {
  readonly input: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly output: number;
  /** What the provider says that it charged, in micro-dollars; left out where it says nothing. */
  readonly charged?: number;
}

export type ModelAnswer =
  | {
      readonly kind: 'answered';
      readonly text: string;
      readonly calls: readonly ProposedCall[];
      readonly usage: Usage | null;
      readonly finish: 'stop' | 'calls' | 'length' | 'refused' | 'other';
    }
  /** Cut by a cancel or a broken stream. `usage` is null unless it had arrived. */
  | { readonly kind: 'cut'; readonly usage: Usage | null; readonly because: 'cancelled' | 'stream' }
  /** Cancelled before anything was sent: nothing is owed. */
  | { readonly kind: 'unsent' }
  | {
      readonly kind: 'failed';
      readonly code: 'provider_unreachable' | 'provider_refused' | 'provider_malformed' | 'key_missing';
      /** For people; says what to do. Carries no key and no request content. */
      readonly message: string;
      readonly isRetryable: boolean;
      readonly retryAfterMs: number | null;
      /** True when the provider cannot have done any work for it, so that nothing is owed. */
      readonly isUnbilled: boolean;
    };
