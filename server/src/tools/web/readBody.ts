import type { IncomingMessage } from 'node:http';

export type Body =
  | { readonly kind: 'text'; readonly text: string; readonly isHtml: boolean; readonly isCut: boolean }
  | { readonly kind: 'other'; readonly what: string };

/** The types that are text for people or programs, besides `text/…`. */
const textual =
  /^(?:text\/.+|application\/(?:[^;]+\+)?(?:json|xml|yaml|x-yaml|toml|javascript|ecmascript|x-ndjson|graphql|sql|x-sh))$/;

/** Reads a response as text, at most `limitBytes` of it. What is not text is not read. */
export async function readBody(response: IncomingMessage, limitBytes: number): Promise<Body> {
  const [type = '', ...parameters] = (response.headers['content-type'] ?? 'text/plain').toLowerCase().split(';');
  const mediaType = type.trim();
  const encoding = response.headers['content-encoding'] ?? 'identity';
  const refusal = textual.test(mediaType) ? (encoding === 'identity' ? null : `compressed (${encoding})`) : mediaType;
  const charset = /charset\s*=\s*"?([a-z0-9_-]+)/.exec(parameters.join(';'))?.[1] ?? 'utf-8';
  const decode = refusal === null ? decoderFor(charset) : null;
  if (decode === null) {
    response.destroy();
    return { kind: 'other', what: refusal ?? `text in ${charset}` };
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    if (!(chunk instanceof Buffer)) continue;
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > limitBytes) break;
  }
  response.destroy();
  const whole = Buffer.concat(chunks).subarray(0, limitBytes);
  if (whole.subarray(0, 8192).includes(0) && /^utf-?8$/.test(charset)) return { kind: 'other', what: 'binary' };
  return { kind: 'text', text: decode(whole), isHtml: /html/.test(mediaType), isCut: bytes > limitBytes };
}

function decoderFor(charset: string): ((bytes: Uint8Array) => string) | null {
  try {
    const decoder = new TextDecoder(charset);
    return (bytes) => decoder.decode(bytes);
  } catch {
    return null;
  }
}
