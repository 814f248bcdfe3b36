import type { ModelAnswer, ModelRequest } from './conversation.ts';

/** The editor's own models, asked through the client with the user's consent; the edge to the editor brings it. */
export interface EditorModels {
  /** The names of the models that are there: `vendor/id`; null where the editor did not say in time. */
  list(): Promise<readonly string[] | null>;
  /** One request. Never throws for what goes wrong over there: that is an answer. */
  ask(model: string, request: ModelRequest, maxOutputTokens: number, signal: AbortSignal): Promise<ModelAnswer>;
}
