import type { IncomingHttpHeaders, ServerResponse } from 'node:http';

// What a scripted wire server answers, whatever provider's format it speaks. Each part of a script belongs to the agent
// whose instructions match, and its turns are played in order, one per request.

export type WireTurn =
  | {
      readonly kind: 'answer';
      readonly text?: string;
      /** `input` as a value, or `rawInput` as the very text of the arguments. */
      readonly calls?: readonly WireCall[];
      /** How many of the input tokens the server says it read from, or wrote to, its cache. */
      readonly cacheRead?: number;
      readonly cacheWrite?: number;
      /** Why the answer ended, in the provider's own word; by default what fits. */
      readonly finish?: string;
    }
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly body: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** Says something, then the connection breaks; `gracefully` ends it as if that were all. */
  | { readonly kind: 'cut'; readonly text: string; readonly gracefully?: boolean }
  /** Says something, perhaps nothing at all, then never anything again. */
  | { readonly kind: 'stall'; readonly text: string | null }
  /** These very bytes, with status 200. */
  | { readonly kind: 'bytes'; readonly contentType: string; readonly body: string };

export interface WireCall {
  readonly id?: string;
  readonly tool: string;
  readonly input?: unknown;
  readonly rawInput?: string;
}

export interface WirePart {
  /** Matches the instructions of the agent that plays this part. */
  readonly match: RegExp;
  readonly turns: readonly WireTurn[];
}

/** One request as the server received it, and what the server counted for it. */
export interface WireRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readonly<Record<string, unknown>>;
  readonly usage: WireUsage;
}

export interface WireUsage {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
}

export interface WireServer {
  /** What a client takes for the address: `http://127.0.0.1:<port>/v1`. */
  readonly baseUrl: string;
  readonly requests: readonly WireRequest[];
  close(): Promise<void>;
}

/** Plays a script: which turn comes next for instructions like these. */
export function createPlayer(parts: readonly WirePart[]): (instructions: string) => WireTurn {
  const played = new Map<WirePart, number>();
  return (instructions) => {
    const part = parts.find(({ match }) => match.test(instructions));
    const index = part === undefined ? 0 : (played.get(part) ?? 0);
    const turn = part?.turns[index];
    if (part === undefined || turn === undefined) {
      const who = part === undefined ? 'these instructions' : String(part.match);
      return { kind: 'status', status: 400, body: `{"error":{"message":"the script has no more turns for ${who}"}}` };
    }
    played.set(part, index + 1);
    return turn;
  };
}

/** Tokens as these servers count them: one for every four bytes, at least one. Below every bound made of bytes. */
export function countTokens(value: unknown): number {
  const text = typeof value === 'string' ? value : JSON.stringify(value ?? '');
  return Math.max(1, Math.ceil(Buffer.byteLength(text) / 4));
}

/** What a call's arguments are on the wire. */
export function argumentsOf(call: WireCall): string {
  return call.rawInput ?? JSON.stringify(call.input ?? {});
}

/** Writes pieces of a text, so that a client has to put them together. */
export function inPieces(text: string): readonly string[] {
  return text.match(/[\s\S]{1,7}/g) ?? [];
}

/** Ends a response as a broken connection does: in the middle, without a word. */
export function breakOff(response: ServerResponse): void {
  response.socket?.destroy();
}
