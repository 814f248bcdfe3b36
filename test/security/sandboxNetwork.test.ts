import { createServer as createHttpServer, type IncomingHttpHeaders } from 'node:http';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { implementer, entries, policyOf } from '../unit/policy/fixtures.ts';
import { temporaryFolder } from '../unit/temporaryFolder.ts';
import { hasBubblewrap } from '../bubblewrap.ts';
import { nobody } from '../../server/src/gateway/approver.ts';
import { createPerform } from '../../server/src/gateway/perform.ts';
import { judgeConnection } from '../../server/src/policy/hosts.ts';
import { scopesOf } from '../../server/src/policy/scopes.ts';
import type { Connection, NetworkRule } from '../../server/src/sandbox/network/networkRule.ts';
import { openProxy, type Lookup } from '../../server/src/sandbox/network/proxy.ts';
import { git } from '../../server/src/workspace/git.ts';
import { permitFor } from '../unit/permitFor.ts';
import { layOut, never, outputOf, sandbox } from './sandboxPlace.ts';

// The only way out of the sandbox, attacked from both ends: with addresses that are not what their names say, and with
// tunnels that carry something else than they were asked for.

function ruleFor(...hosts: string[]): NetworkRule & { readonly seen: Connection[] } {
  const policy = policyOf({ allowedHosts: entries(...hosts) });
  const seen: Connection[] = [];
  return {
    seen,
    reachesLoopback: hosts.some((host) => host.startsWith('localhost')),
    judge: (host, port) => judgeConnection(host, port, policy, scopesOf(policy, implementer)),
    record: (connection) => seen.push(connection),
  };
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port; // A TCP server has a port.
}

async function webServer(): Promise<{ readonly port: number; readonly requests: IncomingHttpHeaders[] }> {
  const requests: IncomingHttpHeaders[] = [];
  const server = createHttpServer((request, response) => {
    requests.push(request.headers);
    response.setHeader('connection', 'close').end(`${request.method} ${request.url}\n`);
  });
  return { port: await listen(server), requests };
}

/** Sends bytes to a proxy and returns everything that comes back until it closes or has said enough. */
async function talk(socketPath: string, first: string, then?: Buffer | string): Promise<string> {
  return await new Promise((resolve) => {
    let said = '';
    const socket = connect({ path: socketPath }, () => socket.write(first));
    socket.on('data', (bytes) => {
      const isFirst = said === '';
      said += bytes.toString('latin1');
      if (isFirst && then !== undefined) socket.write(then);
    });
    socket.on('close', () => resolve(said)).on('error', () => resolve(said));
  });
}

async function open(rule: NetworkRule, addresses: Readonly<Record<string, string[]>> = {}): Promise<string> {
  const socketPath = path.join(await temporaryFolder(), 'proxy.sock');
  const lookup: Lookup = async (host) => (addresses[host] ?? []).map((address) => ({ address, family: 4 }));
  const proxy = await openProxy(socketPath, rule, lookup);
  onTestFinished(async () => await proxy.close());
  return socketPath;
}

/** The beginning of TLS, with or without the name of a server. */
function clientHello(name: string | null): Buffer {
  const host = Buffer.from(name ?? '');
  const extension = Buffer.concat([
    Buffer.from([0, 0]),
    u16(host.length + 5),
    u16(host.length + 3),
    Buffer.from([0]),
    u16(host.length),
    host,
  ]);
  const extensions = name === null ? Buffer.alloc(0) : extension;
  const body = Buffer.concat([
    Buffer.from([3, 3]),
    Buffer.alloc(32),
    Buffer.from([0]),
    u16(2),
    Buffer.from([0x13, 1]),
    Buffer.from([1, 0]),
    u16(extensions.length),
    extensions,
  ]);
  const handshake = Buffer.concat([Buffer.from([1, 0]), u16(body.length), body]);
  return Buffer.concat([Buffer.from([0x16, 3, 1]), u16(handshake.length), handshake]);
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

describe('the proxy that commands reach hosts through', () => {
  test.each<[string, string, string[], string[]]>([
    ['a host that no list names', 'evil.test', ['allowed.test'], ['93.184.216.34']],
    ['a name below a listed one', 'x.allowed.test', ['allowed.test'], ['93.184.216.34']],
    ['a name that turns to this machine', 'allowed.test', ['allowed.test'], ['127.0.0.1']],
    ['one bad address among good ones', 'allowed.test', ['allowed.test'], ['93.184.216.34', '127.0.0.1']],
    ['a metadata address', 'allowed.test', ['allowed.test'], ['169.254.169.254']],
    ['a metadata address that is listed', '169.254.169.254', ['169.254.169.254'], []],
    ['IPv4 in the clothes of IPv6', 'allowed.test', ['allowed.test'], ['::ffff:127.0.0.1']],
    ['an inner address behind a wildcard', 'x.allowed.test', ['*.allowed.test'], ['10.0.0.7']],
    ['an address of the network that is not listed', '10.0.0.7', ['allowed.test'], []],
    ['this machine', 'localhost', ['allowed.test'], ['127.0.0.1']],
    ['a number in disguise', '0x7f.1', ['127.0.0.1'], []],
    ['a name without an address', 'allowed.test', ['allowed.test'], []],
  ])('refuses %s', async (_, host, hosts, addresses) => {
    const rule = ruleFor(...hosts);
    const socketPath = await open(rule, { [host]: addresses });
    expect(await talk(socketPath, `CONNECT ${host}:443 HTTP/1.1\r\nHost: ${host}:443\r\n\r\n`)).toMatch(/ 403 /);
    expect(rule.seen).toMatchObject([{ host, port: 443, decision: 'DENY', address: null }]);
  });

  test('refuses a port that is not the host’s own', async () => {
    const rule = ruleFor('allowed.test');
    const socketPath = await open(rule, { 'allowed.test': ['93.184.216.34'] });
    expect(await talk(socketPath, 'CONNECT allowed.test:22 HTTP/1.1\r\nHost: x\r\n\r\n')).toMatch(/ 403 /);
  });

  test.each(['allowed.test', 'allowed.test:443/x', 'a@allowed.test:443', '/etc:443', ':443', 'allowed.test:0'])(
    'takes %s for no place to go',
    async (target) => {
      const rule = ruleFor('allowed.test');
      const said = await talk(await open(rule), `CONNECT ${target} HTTP/1.1\r\nHost: x\r\n\r\n`);
      expect(said).not.toContain(' 200 ');
    },
  );

  test('what is plain HTTP goes to the listed host, and only there', async () => {
    const { port, requests } = await webServer();
    const rule = ruleFor(`localhost:${port}`);
    const socketPath = await open(rule, { localhost: ['127.0.0.1'] });
    const get = (host: string, header = host): string =>
      `GET http://${host}/path?q HTTP/1.1\r\nHost: ${header}\r\nProxy-Authorization: x\r\nConnection: close\r\n\r\n`;
    expect(await talk(socketPath, get(`localhost:${port}`))).toContain('GET /path?q');
    expect(requests).toMatchObject([{ host: `localhost:${port}` }]);
    expect(requests[0]).not.toHaveProperty('proxy-authorization');
    expect(await talk(socketPath, get(`localhost:${port}`, 'other.test'))).toMatch(/ 403 /);
    expect(await talk(socketPath, get(`localhost:${port + 1}`))).toMatch(/ 403 /);
    expect(await talk(socketPath, `GET / HTTP/1.1\r\nHost: localhost:${port}\r\n\r\n`)).toMatch(/ 400 /);
    expect(requests).toHaveLength(1);
    expect(rule.seen.map(({ decision, address }) => [decision, address])).toEqual([
      ['ALLOW', '127.0.0.1'],
      ['DENY', null],
      ['DENY', null],
    ]);
  });

  const switching = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\nother words';
  test.each([
    ['wants to speak another protocol', switching, /^HTTP\/1\.1 502 [^]*does not answer/],
    ['closes without a word', '', /^HTTP\/1\.1 502 [^]*does not answer/],
    ['speaks no HTTP', 'hello\r\n\r\n', /^HTTP\/1\.1 502 [^]*does not answer/],
    ['says that it works, and then closes', 'HTTP/1.1 102 Processing\r\n\r\n', /^HTTP\/1\.1 502 /],
    ['ends in the middle', 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf', /^HTTP\/1\.1 200 [^]*half$/],
    ['ends where its answer does', 'HTTP/1.1 200 OK\r\n\r\nwhole', /^HTTP\/1\.1 200 [^]*whole/],
  ])('a host that %s holds nobody up', async (_, says, expected) => {
    const port = await listen(createServer((socket) => socket.once('data', () => socket.end(says))));
    const host = `localhost:${port}`;
    const socketPath = await open(ruleFor(host), { localhost: ['127.0.0.1'] });
    for (const wish of ['Connection: close\r\n', 'Upgrade: x\r\nConnection: upgrade, close\r\n']) {
      expect(await talk(socketPath, `GET http://${host}/ HTTP/1.1\r\nHost: ${host}\r\n${wish}\r\n`)).toMatch(expected);
    }
  });

  test('a host that stays on the line and wants to speak another protocol holds nobody up', async () => {
    const port = await listen(createServer((socket) => socket.on('data', () => socket.write(switching))));
    const host = `localhost:${port}`;
    const socketPath = await open(ruleFor(host), { localhost: ['127.0.0.1'] });
    const said = await talk(
      socketPath,
      `POST http://${host}/ HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 2\r\n\r\nab`,
    );
    expect(said).toMatch(/^HTTP\/1\.1 502 /);
  });

  test('a tunnel that breaks off says nothing in the name of its host', async () => {
    const port = await listen(createServer((socket) => socket.once('data', () => socket.resetAndDestroy())));
    const socketPath = await open(ruleFor(`localhost:${port}`), { localhost: ['127.0.0.1'] });
    const first = `CONNECT localhost:${port} HTTP/1.1\r\nHost: x\r\n\r\n`;
    expect(await talk(socketPath, first, clientHello('localhost'))).not.toContain('502');
  });

  test('what is sent through a tunnel must be meant for its host', async () => {
    let received = '';
    const port = await listen(
      createServer((socket) => socket.on('data', (bytes) => socket.end((received += bytes.length)))),
    );
    const rule = ruleFor(`localhost:${port}`);
    const socketPath = await open(rule, { localhost: ['127.0.0.1'] });
    const first = `CONNECT localhost:${port} HTTP/1.1\r\nHost: x\r\n\r\n`;
    for (const meant of [clientHello('evil.test'), 'GET / HTTP/1.1\r\nHost: evil.test\r\n\r\n']) {
      await talk(socketPath, first, meant);
      expect(rule.seen.at(-1)).toMatchObject({ decision: 'DENY', reason: expect.stringContaining('evil.test') });
    }
    expect(received).toBe('');
    await talk(socketPath, first, clientHello('localhost'));
    await expect.poll(() => received).not.toBe('');
    expect(rule.seen.at(-1)).toMatchObject({ decision: 'ALLOW' });
  });

  test('closing it ends every connection', async () => {
    const port = await listen(createServer(() => undefined));
    const socketPath = path.join(await temporaryFolder(), 'proxy.sock');
    const rule = ruleFor(`localhost:${port}`);
    const proxy = await openProxy(socketPath, rule, async () => [{ address: '127.0.0.1', family: 4 }]);
    const talking = talk(socketPath, `CONNECT localhost:${port} HTTP/1.1\r\nHost: x\r\n\r\n`);
    await expect.poll(() => rule.seen.length).toBe(1);
    await proxy.close();
    await talking;
  });
});

describe.skipIf(!hasBubblewrap)('the network of a confined command (needs the package bubblewrap)', () => {
  test('an allowed host is reached through the proxy, another is not, and each attempt is recorded', async () => {
    const allowed = await webServer();
    const other = await webServer();
    const rule = ruleFor(`localhost:${allowed.port}`);
    const place = await layOut();
    const fetching = (port: number): string =>
      `node -e 'fetch("http://localhost:${port}/").then(r=>r.text()).then(t=>console.log(t.trim()),()=>console.log("nothing"))'`;
    const said = await outputOf(
      { ...place, enclosure: { ...place.enclosure, network: rule } },
      [
        fetching(allowed.port),
        fetching(other.port),
        `(: < /dev/tcp/127.0.0.1/${allowed.port}) 2>/dev/null && echo direct`,
        `(: < /dev/tcp/127.0.0.1/${other.port}) 2>/dev/null && echo direct`,
        'ls /run/loki/network',
        '(echo x > /run/loki/network/new) 2>/dev/null || echo closed',
      ].join('\n'),
    );
    expect(said).toBe('GET /\nnothing\nforward.cjs\nproxy.sock\nclosed\n');
    expect([allowed.requests.length, other.requests.length]).toEqual([1, 0]);
    expect(rule.seen).toMatchObject([
      { host: 'localhost', port: allowed.port, decision: 'ALLOW', address: '127.0.0.1' },
      { host: 'localhost', port: other.port, decision: 'DENY' },
    ]);
  });

  test('what scope says about hosts holds for an agent’s command, and is told and recorded', async () => {
    const allowed = await webServer();
    const place = await layOut();
    const perform = createPerform({
      root: place.workspace,
      git: {
        git: git(place.workspace),
        prefix: '',
        baseCommit: 'HEAD',
        identity: { name: 'A', email: 'a@example.test' },
      },
      policy: policyOf({ allowedHosts: entries(`localhost:${allowed.port}`) }, { isConfined: true }),
      sandbox,
      dependencies: [],
      quarantine: path.join(place.root, 'quarantine'),
      approver: nobody,
    });
    const fetching = (address: string): string =>
      `await fetch("${address}").then((r) => r.text()).then(console.log, () => 0);`;
    const script = [`http://localhost:${allowed.port}/`, 'http://evil.test/', 'https://evil.test/']
      .map(fetching)
      .join('');
    const command = `node --input-type=module -e '${script}'`;
    const performed = await perform(permitFor({ kind: 'command', command }), implementer, never);
    expect(performed.text).toContain('GET /');
    expect(performed.text).toContain('[the network refused evil.test:443: evil.test is not in allowed_hosts]');
    expect(performed.connections).toMatchObject([
      { host: 'localhost', port: allowed.port, decision: 'ALLOW', address: '127.0.0.1', count: 1 },
      { host: 'evil.test', port: 80, decision: 'DENY', address: null, count: 1 },
      { host: 'evil.test', port: 443, decision: 'DENY', address: null, count: 1 },
    ]);
  });

  test('without allowed hosts there is no way to a proxy at all', async () => {
    const place = await layOut();
    expect(
      await outputOf(
        place,
        'echo "${https_proxy-unset}"; ls /run; (: < /dev/tcp/127.0.0.1/3128) 2>/dev/null || echo none',
      ),
    ).toBe('unset\nloki\nnone\n');
  });
});
