// How many tokens a request can have at most, before it is sent. It holds for every tokenizer that works on the bytes or
// characters of a text, because none of them makes a token of less than one byte. Never an estimate for people.

/** What becomes input of a request; a `ModelRequest` is one. */
export interface SentContent {
  readonly instructions: string;
  readonly turns: readonly SentTurn[];
  readonly tools: readonly unknown[];
}

interface SentTurn {
  readonly role: string;
  readonly calls?: readonly unknown[];
  readonly results?: readonly unknown[];
}

/** Tokens that providers add by themselves, each well above what any of them documents. */
export const allowances = {
  /** Around the request as a whole: start and end of the conversation, the name of the role that answers. */
  request: 256,
  /** Around each turn, each call and each result: role, separators, ids, member names of the provider's own format. */
  part: 64,
  /** Once, when tools are declared: the provider's own instructions for using them (300 to 700 where documented). */
  toolUse: 1_024,
  /** Around each declared tool. */
  tool: 64,
} as const;

/** An upper bound of the input tokens of a request: the UTF-8 bytes of everything sent, plus the allowances. */
export function boundInputTokens(sent: SentContent): number {
  const parts = sent.turns.reduce(
    (count, turn) => count + 1 + (turn.calls?.length ?? 0) + (turn.results?.length ?? 0),
    1,
  );
  const toolUse = sent.tools.length === 0 ? 0 : allowances.toolUse + sent.tools.length * allowances.tool;
  // As JSON a text never gets shorter, and the structure of calls, results and schemas counts too.
  const content = JSON.stringify([sent.instructions, sent.turns, sent.tools]);
  return byteBound(content) + allowances.request + parts * allowances.part + toolUse;
}

/** The bytes of a text in whichever form a tokenizer may bring it into first: composing can make it three times as long. */
function byteBound(text: string): number {
  const bytes = Buffer.byteLength(text);
  const isAscii = bytes === text.length;
  if (isAscii) return bytes;
  return Math.max(bytes, Buffer.byteLength(text.normalize('NFC')), Buffer.byteLength(text.normalize('NFKC')));
}
