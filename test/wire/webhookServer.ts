import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

export interface Posted {
  readonly body: string;
  readonly headers: IncomingHttpHeaders;
}

/** A receiver of webhooks on the loopback device, until the test ends: it answers with a status and keeps what came. */
export async function startWebhookServer(
  status = 204,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ readonly url: string; readonly posts: readonly Posted[] }> {
  const posts: Posted[] = [];
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    posts.push({ body: await text(request), headers: request.headers });
    response.writeHead(status, headers).end();
  };
  const server = createServer((request, response) => void take(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, posts };
}

/**
 * Whether a post is signed with a secret, as docs/webhooks.md tells receivers to find out. On purpose with other means
 * than those that sign: what only agrees with itself proves nothing.
 */
export async function isSigned({ body, headers }: Posted, secret: string): Promise<boolean> {
  const [version, signature = ''] = String(headers['x-loki-signature']).split('=');
  if (version !== 'v0' || !/^[0-9a-f]{64}$/.test(signature)) return false;
  const encoder = new TextEncoder();
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', encoder.encode(secret), algorithm, false, ['verify']);
  const signed = encoder.encode(`v0:${String(headers['x-loki-request-timestamp'])}:${body}`);
  return await crypto.subtle.verify('HMAC', key, Uint8Array.from(Buffer.from(signature, 'hex')), signed);
}
