import { Readable } from 'node:stream';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { AddressKind } from '../../base/addresses.ts';
import { pinnedRequest } from '../web/pinnedRequest.ts';

/** One exchange, a stream of events included, may bring this many bytes. */
const maxExchangeBytes = 16 * 1024 * 1024;

/**
 * The SDK's transport for streamable HTTP, with a `fetch` of ours: it speaks to the one address that the user has agreed
 * to, follows no redirect, and never authenticates but with the headers of the project's file.
 */
export function httpTransport(
  address: string,
  headers: Readonly<Record<string, string>>,
  allowed: ReadonlySet<AddressKind>,
): Transport {
  const home = new URL(address);
  return new StreamableHTTPClientTransport(home, {
    requestInit: { headers: { ...headers } },
    reconnectionOptions: {
      initialReconnectionDelay: 1000,
      maxReconnectionDelay: 5000,
      reconnectionDelayGrowFactor: 2,
      maxRetries: 1,
    },
    fetch: async (input, init) => {
      const url = new URL(input);
      if (url.origin !== home.origin) throw new Error('it asks for another address');
      const response = await pinnedRequest(
        {
          url,
          method: init?.method ?? 'GET',
          headers: { ...Object.fromEntries(new Headers(init?.headers)), 'accept-encoding': 'identity' },
          body: typeof init?.body === 'string' ? init.body : undefined,
          allowed,
        },
        init?.signal ?? new AbortController().signal,
      );
      const status = response.statusCode ?? 500;
      if (status >= 300 && status < 400) {
        response.destroy();
        throw new Error('it redirects to another address, which is not followed');
      }
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > maxExchangeBytes) response.destroy(new Error('it says too much'));
      });
      const hasBody = status !== 204 && status !== 205;
      return new Response(hasBody ? bodyOf(response) : null, {
        status,
        headers: Object.entries(response.headers).flatMap(([name, value]) =>
          typeof value === 'string' ? [[name, value] as [string, string]] : [],
        ),
      });
    },
  });
}

function bodyOf(response: Readable): ReadableStream<Uint8Array> {
  // Node's own type of the same stream.
  return Readable.toWeb(response) as ReadableStream<Uint8Array>;
}
