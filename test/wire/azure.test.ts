import { once } from 'node:events';
import { connect as connectPlain, type AddressInfo } from 'node:net';
import { createServer, getCACertificates, setDefaultCACertificates } from 'node:tls';
import { describe, expect, onTestFinished, test } from 'vitest';
import { directFetch } from '../../server/src/base/directFetch.ts';
import { ask, prompt } from './askThroughGateway.ts';
import { startCountingServer } from './countingServer.ts';
import { startOpenaiServer } from './openaiServer.ts';
import { selfSigned, type SelfSigned } from './selfSigned.ts';
import { startTunnelProxy } from './tunnelProxy.ts';
import type { WireServer, WireTurn } from './wireScript.ts';

// Azure, whose key has a header of its own, and https by way of a proxy, with TLS as it is: the certificate at the end of
// the tunnel is the provider's, and the proxy reads nothing.

const key = 'azure-key-0123456789-do-not-print';
const azure = { provider: 'azure', model: 'm' };
const host = 'unit.openai.azure.com';

async function azureServer(turn: WireTurn = { kind: 'answer', text: 'hi' }): Promise<WireServer> {
  const server = await startOpenaiServer([{ match: /./, turns: [turn] }]);
  onTestFinished(async () => await server.close());
  return server;
}

const configFor = (baseUrl: string, more = ''): string =>
  `models: { providers: { azure: { base_url: "${baseUrl}" } }, prices: { m: { input: 1, output: 1 } } }\n${more}`;

describe('the key of Azure', () => {
  test('goes into its own header, to the configured address, and nowhere else', async () => {
    const server = await azureServer();
    const asked = await ask(configFor(server.baseUrl), { AZURE_API_KEY: key }, azure);
    expect(asked.result.kind).toBe('answered');
    const [request] = server.requests;
    expect(request?.path).toBe('/v1/chat/completions');
    const carriers = Object.entries(request?.headers ?? {}).filter(([, value]) => String(value).includes(key));
    expect(carriers).toEqual([['api-key', key]]);
    expect(request?.headers.authorization).toBeUndefined();
    expect(JSON.stringify([request?.path, request?.body])).not.toContain(key);
    expect(JSON.stringify(asked)).not.toContain(key);
  });

  test.each([301, 302, 303, 307, 308])('does not follow a redirect with status %i', async (status) => {
    const elsewhere = await startCountingServer();
    const location = `http://127.0.0.1:${elsewhere.port}/v1/chat/completions`;
    const server = await azureServer({ kind: 'status', status, body: '', headers: { location } });
    const { result } = await ask(configFor(server.baseUrl), { AZURE_API_KEY: key }, azure);
    expect(result).toMatchObject({ kind: 'failed', code: 'provider_refused' });
    expect(server.requests).toHaveLength(1);
    expect(elsewhere.connections()).toBe(0);
  });

  test('stays behind when another provider stands in, and that one’s key stays with it', async () => {
    const first = await azureServer({ kind: 'status', status: 401, body: '{}' });
    const second = await azureServer();
    const config = `models:
  provider: azure
  failover: [mine]
  providers: { azure: { base_url: "${first.baseUrl}", tiers: { fast: m } }, mine: { base_url: "${second.baseUrl}", tiers: { fast: m } } }
  prices: { m: { input: 1, output: 1 } }
`;
    const { result } = await ask(config, { AZURE_API_KEY: key, MINE_API_KEY: 'the-key-of-mine' });
    expect(result.kind).toBe('answered');
    expect(JSON.stringify(first.requests)).not.toContain('the-key-of-mine');
    expect(JSON.stringify(second.requests)).not.toContain(key);
    expect(second.requests[0]?.headers.authorization).toBe('Bearer the-key-of-mine');
  });
});

/** TLS in front of a server, as a provider has it; `trusted` makes its certificate one that this process accepts. */
async function withTls(server: WireServer, certificate: SelfSigned, trusted = true) {
  let opened = 0;
  const front = createServer(certificate, (socket) => {
    opened += 1;
    const inner = connectPlain(Number(new URL(server.baseUrl).port), '127.0.0.1');
    for (const end of [socket, inner]) end.on('error', () => undefined);
    socket.pipe(inner).pipe(socket);
  });
  front.on('tlsClientError', () => undefined);
  front.listen(0, '127.0.0.1');
  await once(front, 'listening');
  onTestFinished(() => void front.close());
  if (trusted) trust(certificate);
  return { port: () => (front.address() as AddressInfo).port, opened: () => opened };
}

function trust({ cert }: SelfSigned): void {
  const before = getCACertificates('default');
  setDefaultCACertificates([...before, cert]);
  onTestFinished(() => setDefaultCACertificates(before));
}

describe('a request to https by way of a proxy', () => {
  const config = (more = ''): string => configFor(`https://${host}/v1`, more);
  const certificate = selfSigned(host);
  const env = (proxy: { readonly url: string }) => ({
    AZURE_API_KEY: key,
    HTTPS_PROXY: proxy.url.replace('://', '://me:word@'),
  });

  test.each<['http' | 'https']>([['http'], ['https']])(
    'goes through a tunnel of an %s proxy, which sees the host and nothing else',
    async (over) => {
      const server = await azureServer();
      const { port } = await withTls(server, certificate);
      const own = selfSigned('127.0.0.1');
      if (over === 'https') trust(own);
      const proxy = await startTunnelProxy(port, over === 'http' ? 'http' : own);
      const allowed = config('residency: { allowed_providers: [azure] }\n');
      const asked = await ask(allowed, env(proxy), azure);
      expect(asked.result).toMatchObject({ kind: 'answered', text: 'hi' });
      expect(proxy.asked).toEqual([
        {
          target: `${host}:443`,
          headers: expect.objectContaining({ 'proxy-authorization': `Basic ${btoa('me:word')}` }) as unknown,
        },
      ]);
      expect(JSON.stringify(proxy.asked)).not.toContain(key);
      expect(proxy.seen().length).toBeGreaterThan(0);
      for (const secret of [key, prompt, '/chat/completions']) expect(proxy.seen()).not.toContain(secret);
      // What arrives is the request of the provider, with nothing that was meant for the proxy.
      expect(server.requests[0]?.headers).toMatchObject({ 'api-key': key, host });
      expect(server.requests[0]?.headers).not.toHaveProperty('proxy-authorization');
      expect(JSON.stringify(asked)).not.toContain('word@');
    },
  );

  test.each<[string, SelfSigned, boolean]>([
    ['nobody vouches for', certificate, false],
    ['belongs to another host', selfSigned('other.openai.azure.com'), true],
  ])('gives no key to the end of a tunnel whose certificate %s', async (_, shown, trusted) => {
    const server = await azureServer();
    const { port } = await withTls(server, shown, trusted);
    const proxy = await startTunnelProxy(port, 'http');
    const { result } = await ask(config(), env(proxy), azure);
    expect(result.kind).toBe('failed');
    expect(proxy.asked.length).toBeGreaterThan(0);
    expect(server.requests).toEqual([]);
    expect(proxy.seen()).not.toContain(key);
  });

  test.each([
    ['belongs to that address', '10.20.30.40', 'answered'],
    ['belongs to the proxy’s', '127.0.0.1', 'failed'],
    ['belongs to another name of this machine', 'localhost', 'failed'],
  ])('to an IP address takes a certificate that %s for what it is', async (_, vouchedFor, expected) => {
    const server = await azureServer();
    const { port } = await withTls(server, selfSigned(vouchedFor));
    const proxy = await startTunnelProxy(port, 'http');
    const { result } = await ask(configFor('https://10.20.30.40/v1'), env(proxy), azure);
    expect(result.kind).toBe(expected);
    expect(server.requests).toHaveLength(expected === 'answered' ? 1 : 0);
  });

  test.each<[string, string]>([
    ['its provider is not allowed', 'residency: { allowed_providers: [anthropic] }\n'],
    ['the machine is air-gapped', 'residency: { air_gapped: true }\n'],
    ['regions are restricted and nobody knows the proxy’s', 'residency: { allowed_regions: [eu] }\n'],
  ])('opens no connection, to the proxy neither, where %s', async (_, residency) => {
    const server = await azureServer();
    const { port, opened } = await withTls(server, certificate);
    const proxy = await startTunnelProxy(port, 'http');
    const regional = config(residency).replace('/v1" }', '/v1", region: eu }');
    const asked = await ask(regional, env(proxy), azure);
    expect(asked).toMatchObject({ result: { kind: 'refused' }, recorded: ['decision refused'] });
    expect([proxy.asked.length, proxy.seen().length, opened()]).toEqual([0, 0, 0]);
  });

  test('is decided on the endpoint: a tunnel makes no other host the provider', async () => {
    const server = await azureServer();
    const { port, opened } = await withTls(server, selfSigned('models.example'));
    const proxy = await startTunnelProxy(port, 'http');
    const asked = await ask(
      'residency: { allowed_providers: [anthropic] }\n',
      { ANTHROPIC_BASE_URL: 'https://models.example', HTTPS_PROXY: proxy.url },
      { provider: 'anthropic' },
    );
    expect(asked).toMatchObject({ result: { kind: 'refused' }, recorded: ['decision refused'] });
    expect([proxy.asked.length, opened()]).toEqual([0, 0]);
  });
});

test('without a proxy too a certificate must be the host’s, whatever address its name leads to', async () => {
  const server = await azureServer({ kind: 'status', status: 404, body: 'x' });
  const { port } = await withTls(server, selfSigned(host));
  const reach = directFetch({ proxy: null, resolve: async () => [{ address: '127.0.0.1', family: 4 }] });
  expect((await reach(`https://${host}:${port()}/x`)).status).toBe(404);
  await expect(reach(`https://other.openai.azure.com:${port()}/x`)).rejects.toMatchObject({
    code: 'ERR_TLS_CERT_ALTNAME_INVALID',
  });
});

test('a request in the clear is handed to the proxy, whose password is for it alone', async () => {
  const proxy = await startCountingServer('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n');
  const env = { AZURE_API_KEY: key, HTTP_PROXY: `http://me:word@127.0.0.1:${proxy.port}` };
  const { result } = await ask(configFor('http://models.example/v1'), env, azure);
  expect(result.kind).toBe('failed');
  const [head = ''] = proxy.received().split('\r\n\r\n');
  const [first, ...fields] = head.toLowerCase().split('\r\n');
  expect(first).toBe('post http://models.example/v1/chat/completions http/1.1');
  expect(fields).toContain('host: models.example');
  expect(fields.filter((field) => field.includes(btoa('me:word').toLowerCase()))).toEqual([
    `proxy-authorization: basic ${btoa('me:word').toLowerCase()}`,
  ]);
});
