import * as z from 'zod';
import { directFetch } from '../base/directFetch.ts';

const answerWithinMs = 800;
const mostBytes = 1024 * 1024;
const modelsAnswer = z.object({ data: z.array(z.object({ id: z.string() })).nullish() });

/**
 * The models that a server on this machine offers, asked the OpenAI-compatible way (`GET /models`), or null where nothing
 * answers like one. Sends no key and nothing of a task. Only for addresses on the loopback device.
 */
export async function localModels(address: string): Promise<readonly string[] | null> {
  try {
    const signal = AbortSignal.timeout(answerWithinMs);
    const response = await directFetch({ proxy: null })(`${address}/models`, { signal });
    const text = await textOf(response);
    if (!response.ok || text === null) return null;
    const names = modelsAnswer.parse(JSON.parse(text)).data?.map(({ id }) => id) ?? [];
    return [...new Set(names)].filter((name) => /^[\x21-\x7E]{1,200}$/.test(name)).sort();
  } catch {
    // Whatever is there, it is no server of models: another program may use the port.
    return null;
  }
}

/** Null as soon as there is more of it than any list of models has: nobody knows what answers there. */
async function textOf({ body }: Response): Promise<string | null> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of body ?? []) {
    bytes += part.byteLength;
    if (bytes > mostBytes) return null;
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
