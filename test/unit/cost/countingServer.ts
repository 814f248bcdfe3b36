import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as z from 'zod';
import { isRates, price } from '../../../server/src/cost/price.ts';

// What a provider is to the ledger: it takes requests, uses tokens up to what they allow, and counts what it is owed. Its
// count is the truth that the ledger is held against.

const sent = z.object({
  reservationId: z.string(),
  taskId: z.string(),
  agent: z.string(),
  inputBound: z.int(),
  maxOutputTokens: z.int(),
  rates: z
    .array(
      z.object({
        fromInputTokens: z.number(),
        input: z.number(),
        output: z.number(),
        cacheRead: z.number(),
        cacheWrite: z.number(),
      }),
    )
    .refine(isRates),
});

export interface CountingServer {
  readonly url: string;
  /** Micro-dollars that are owed for a request, by its reservation. */
  readonly owed: ReadonlyMap<string, number>;
  /** The tokens of a request, by its reservation. */
  readonly tokens: ReadonlyMap<string, number>;
  /** What is owed by task, by agent and altogether. */
  readonly sums: ReadonlyMap<string, number>;
  close(): Promise<void>;
}

/** Answers, refuses for nothing (429), breaks off or stalls, by chance. */
export async function countingServer(random: (below: number) => number): Promise<CountingServer> {
  const owed = new Map<string, number>();
  const tokens = new Map<string, number>();
  const sums = new Map<string, number>();
  const server = createServer((request, response) => {
    void answer(request, response);
  });
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await read(request);
    const chance = random(20);
    if (chance === 0) {
      response.writeHead(429, { 'retry-after': '0' }).end();
      return;
    }
    const asked = sent.parse(JSON.parse(body));
    // Every other one takes all that it may.
    const upTo = random(2) === 0 ? (most: number) => most : (most: number) => random(most + 1);
    const input = 1 + upTo(asked.inputBound - 1);
    const cacheRead = random(input + 1);
    const cacheWrite = random(input - cacheRead + 1);
    const usage = { input, cacheRead, cacheWrite, output: upTo(asked.maxOutputTokens) };
    const amount = price(asked.rates, usage);
    owed.set(asked.reservationId, (owed.get(asked.reservationId) ?? 0) + amount);
    tokens.set(asked.reservationId, (tokens.get(asked.reservationId) ?? 0) + usage.input + usage.output);
    for (const key of ['all', asked.taskId, asked.agent]) sums.set(key, (sums.get(key) ?? 0) + amount);
    if (chance === 1) response.destroy();
    else if (chance === 2) response.writeHead(200).write('{');
    else response.end(JSON.stringify(chance === 3 ? {} : { usage }));
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    owed,
    tokens,
    sums,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
