import { expect, onTestFinished, test } from 'vitest';
import { directFetch } from '../../server/src/base/directFetch.ts';
import { proxyFor } from '../../server/src/models/proxy.ts';
import { startAnthropicServer } from './anthropicServer.ts';
import { ask, prompt } from './askThroughGateway.ts';
import { startCountingServer } from './countingServer.ts';
import { testKey } from './providers.ts';
import type { WireServer, WireTurn } from './wireScript.ts';

// Real configuration, real decisions, real sockets: for a refused endpoint nothing leaves, not even a connection.

async function anthropicAt(turn: WireTurn = { kind: 'answer', text: 'hi' }): Promise<WireServer> {
  const server = await startAnthropicServer([{ match: /./, turns: [turn] }]);
  onTestFinished(async () => await server.close());
  return server;
}

const anthropic = { provider: 'anthropic' };
const refusedAndRecorded = { result: { kind: 'refused' }, recorded: ['decision refused'] };

test('a base URL from the environment does not pass for the provider that is allowed', async () => {
  const elsewhere = await startCountingServer();
  const asked = await ask(
    'residency: { allowed_providers: [anthropic] }\n',
    { ANTHROPIC_BASE_URL: `http://127.0.0.1:${elsewhere.port}` },
    anthropic,
  );
  expect(asked).toMatchObject(refusedAndRecorded);
  expect(asked.result).toMatchObject({ reason: expect.stringContaining(`127.0.0.1:${elsewhere.port}`) as string });
  expect(elsewhere.connections()).toBe(0);
});

test('a refusal says what would change it, and where that is written', async () => {
  const config = (section: string): string => `residency:\n  ${section}\n`;
  const reasonOf = async (section: string): Promise<string> => {
    const { result } = await ask(config(section), {}, anthropic);
    return result.kind === 'refused' ? result.reason : '';
  };
  expect(await reasonOf('allowed_providers: [openai]')).toMatch(
    /^anthropic is not in allowed_providers; to go on: change residency\.allowed_providers \(now: openai\) in .*config\.yaml:2$/,
  );
  expect(await reasonOf('allowed_regions: [eu]')).toMatch(
    /; to go on: say it as models\.providers\.anthropic\.region where residency\.allowed_regions is set, or change residency\.allowed_regions \(now: eu\) in .*config\.yaml:2$/,
  );
  expect(await reasonOf('air_gapped: true')).toMatch(
    /; to go on: use a local server, or set residency\.air_gapped to false$/,
  );
});

test('a base URL that the list’s own configuration sets is the provider', async () => {
  const server = await anthropicAt();
  const { result } = await ask(
    `residency: { allowed_providers: [anthropic] }\nmodels: { providers: { anthropic: { base_url: "${server.baseUrl}" } } }\n`,
    {},
  );
  expect(result.kind).toBe('answered');
});

test('a region that was said of the usual address does not move along with the address', async () => {
  const elsewhere = await startCountingServer();
  const config = 'residency: { allowed_regions: [eu] }\nmodels: { providers: { anthropic: { region: eu } } }\n';
  const asked = await ask(config, { ANTHROPIC_BASE_URL: `http://127.0.0.1:${elsewhere.port}` });
  expect(asked).toMatchObject(refusedAndRecorded);
  expect(elsewhere.connections()).toBe(0);
});

test.each([
  ['air-gapped', 'residency: { air_gapped: true }\n'],
  [
    'restricted to regions',
    'residency: { allowed_regions: [us] }\nmodels: { providers: { anthropic: { region: us } } }\n',
  ],
])('where residency is %s, a proxy is told nothing', async (_, config) => {
  const proxy = await startCountingServer();
  const at = `http://127.0.0.1:${proxy.port}`;
  for (const variable of ['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY']) {
    expect(await ask(config, { [variable]: at })).toMatchObject(refusedAndRecorded);
  }
  expect(proxy.connections()).toBe(0);
});

test('air-gapped, a server of this machine is asked, past every proxy', async () => {
  const proxy = await startCountingServer();
  const server = await anthropicAt();
  const at = `http://127.0.0.1:${proxy.port}`;
  const { result } = await ask('residency: { air_gapped: true }\n', {
    ANTHROPIC_BASE_URL: server.baseUrl,
    HTTP_PROXY: at,
    ALL_PROXY: at,
  });
  expect(result.kind).toBe('answered');
  expect(proxy.connections()).toBe(0);
});

test('air-gapped, a redirect leads nowhere', async () => {
  const elsewhere = await startCountingServer();
  const location = `http://127.0.0.1:${elsewhere.port}/v1/messages`;
  const server = await anthropicAt({ kind: 'status', status: 307, body: '', headers: { location } });
  const { result } = await ask('residency: { air_gapped: true }\n', { ANTHROPIC_BASE_URL: server.baseUrl });
  expect(result).toMatchObject({ kind: 'failed', code: 'provider_refused' });
  expect(elsewhere.connections()).toBe(0);
});

test.each([
  'http://models.example/v1',
  'http://localhost.models.example/v1',
  'http://127.0.0.1.models.example/v1',
  'http://[::ffff:10.0.0.1]/v1',
  'http://0.0.0.0:8080/v1',
  'http://192.168.0.1/v1',
])('air-gapped, %s is not this machine, whatever it resolves to', async (address) => {
  const config = `residency: { air_gapped: true }\nmodels: { providers: { mine: { base_url: "${address}" } }, prices: { m: { input: 1, output: 1 } } }\n`;
  expect(await ask(config, {}, { provider: 'mine', model: 'm' })).toMatchObject(refusedAndRecorded);
});

test('a proxy of the environment tunnels to the provider and sees neither key nor prompt', async () => {
  const proxy = await startCountingServer('HTTP/1.1 403 Forbidden\r\n\r\n');
  const { result } = await ask('', { HTTPS_PROXY: `http://me:secret@127.0.0.1:${proxy.port}` });
  expect(result).toMatchObject({ kind: 'failed', message: expect.stringMatching(/proxy .* NO_PROXY/) as string });
  expect(proxy.received()).toMatch(/^CONNECT api\.anthropic\.com:443 HTTP\/1\.1\r\n/);
  expect(proxy.received()).toContain(btoa('me:secret'));
  expect(proxy.received()).not.toContain(testKey);
  expect(proxy.received()).not.toContain(prompt);
  expect(JSON.stringify(result)).not.toContain('secret');
});

test('a host in NO_PROXY is reached directly', () => {
  const env = { HTTPS_PROXY: 'http://proxy.example:3128', NO_PROXY: 'internal.example, .corp.example:8443' };
  const through = (address: string): string | null => proxyFor(address, env)?.address ?? null;
  expect(through('https://api.anthropic.com/v1')).toBe('http://proxy.example:3128');
  expect(through('https://internal.example/v1')).toBeNull();
  expect(through('https://a.internal.example/v1')).toBeNull();
  expect(through('https://notinternal.example/v1')).toBe('http://proxy.example:3128');
  expect(through('https://a.corp.example:8443/v1')).toBeNull();
  expect(through('https://a.corp.example/v1')).toBe('http://proxy.example:3128');
  expect(through('https://localhost/v1')).toBeNull();
  expect(() => proxyFor('https://x.example', { ALL_PROXY: 'socks5://127.0.0.1:1' })).toThrow(/ALL_PROXY/);
});

test('a name of this machine that resolves elsewhere is connected to nowhere', async () => {
  const here = await startCountingServer();
  const resolve = async () => [
    { address: '127.0.0.1', family: 4 },
    { address: '10.0.0.1', family: 4 },
  ];
  const reach = directFetch({ proxy: null, resolve });
  await expect(reach(`http://localhost:${here.port}/`)).rejects.toThrow('not an address of this machine');
  expect(here.connections()).toBe(0);
});

test('a name is looked up once, and the address that was looked at is the one connected to', async () => {
  const server = await anthropicAt({ kind: 'status', status: 404, body: 'x' });
  let asked = 0;
  const resolve = async () => {
    asked += 1;
    return [{ address: asked === 1 ? '127.0.0.1' : '10.255.255.1', family: 4 }];
  };
  const url = new URL(server.baseUrl);
  const response = await directFetch({ proxy: null, resolve })(`http://models.example:${url.port}/nowhere`);
  expect(response.status).toBe(404);
  expect(asked).toBe(1);
});
