import type { Evidence } from '../audit/evidence.ts';
import type { ModelAnswer, ModelRequest } from '../models/conversation.ts';
import type { ContentScan } from './contentScan.ts';

/** Everything of a request that is text, for the secret scan. */
export function requestText(request: ModelRequest): string {
  return [request.instructions, ...request.turns.map((turn) => JSON.stringify(turn))].join('\n');
}

/** Keeps each turn once and a list of their digests, so that a long conversation does not grow by its square. */
export async function keepRequest(evidence: Evidence, scan: ContentScan, request: ModelRequest): Promise<unknown> {
  const keep = async (value: unknown): Promise<string> =>
    (await evidence.put(await scan.redact(JSON.stringify(value)))).sha256;
  const list = {
    instructions: await keep(request.instructions),
    tools: await keep(request.tools),
    turns: await Promise.all(request.turns.map(keep)),
  };
  return await evidence.put(JSON.stringify(list));
}

/** Keeps what a model answered, redacted. */
export async function keepAnswer(
  evidence: Evidence,
  scan: ContentScan,
  answer: Extract<ModelAnswer, { kind: 'answered' }>,
): ReturnType<Evidence['put']> {
  return await evidence.put(await scan.redact(JSON.stringify({ text: answer.text, calls: answer.calls })));
}
