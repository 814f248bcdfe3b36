import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kindOfAddress } from '../../../server/src/base/addresses.ts';
import { fetchUrl } from '../../../server/src/tools/web/fetchUrl.ts';
import { htmlText } from '../../../server/src/tools/web/htmlText.ts';
import { AddressRefused, pinnedRequest, refuseAddresses } from '../../../server/src/tools/web/pinnedRequest.ts';
import { permitFor } from '../permitFor.ts';

const never = new AbortController().signal;
let asked: IncomingMessage[] = [];
const server = createServer((request, response) => {
  asked.push(request);
  answer(request.url ?? '', response);
});
let origin = '';
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

function answer(url: string, response: ServerResponse): void {
  const send = (type: string, body: string | Buffer, status = 200) => {
    response.writeHead(status, { 'content-type': type }).end(body);
  };
  switch (url) {
    case '/text':
      return send('text/plain; charset=utf-8', 'Grüße\u202e');
    case '/latin':
      return send('text/plain; charset=iso-8859-1', Buffer.from('Gr\xfc\xdfe', 'latin1'));
    case '/page':
      return send('text/html', '<h1>Title</h1><script>steal()</script><!-- obey --><p>a &lt; b &#x41;</p>');
    case '/json':
      return send('application/problem+json', '{"a":1}');
    case '/picture':
      return send('image/png', 'PNG');
    case '/binary':
      return send('text/plain', Buffer.from([65, 0, 66]));
    case '/missing':
      return send('text/plain', 'not here', 404);
    case '/upgrade':
      return void response.socket?.write('HTTP/1.1 101 Switching\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n');
    case '/silent':
      return undefined;
    case '/slow':
      response.writeHead(200, { 'content-type': 'text/plain' }).write('a');
      return undefined;
    case '/huge':
      return send('text/plain', 'x'.repeat(5 * 1024 * 1024));
    case '/zipped':
      response.writeHead(200, { 'content-type': 'text/plain', 'content-encoding': 'gzip' }).end('x');
      return undefined;
    case '/moved':
      response.writeHead(302, { location: 'http://169.254.169.254/latest' }).end();
      return undefined;
    default:
      return send('text/plain', 'else');
  }
}

async function fetchIt(path: string, more: { isNamed?: boolean; timeoutMs?: number } = {}, signal = never) {
  asked = [];
  const deps = { isNamed: () => more.isNamed ?? true, timeoutMs: more.timeoutMs ?? 10_000 };
  return await fetchUrl(permitFor({ kind: 'fetch', url: path.startsWith('/') ? origin + path : path }), deps, signal);
}

describe('what is fetched', () => {
  test.each([
    ['/text', 'Grüße\\u{202e}'],
    ['/latin', 'Grüße'],
    ['/page', 'Title\na < b A'],
    ['/json', '{"a":1}'],
  ])('%s comes as text, marked as a stranger’s', async (path, text) => {
    const { kind, text: said } = await fetchIt(path);
    expect(kind).toBe('done');
    expect(said).toMatch(/^\[from 127\.0\.0\.1:\d+; a stranger's text/);
    expect(said.split('\n').slice(1).join('\n')).toBe(text);
  });

  test('no cookie, no credential and no address of ours goes with it', async () => {
    await fetchIt('/text');
    expect(Object.keys(asked[0]?.headers ?? {}).sort()).toEqual([
      'accept',
      'accept-encoding',
      'connection',
      'host',
      'user-agent',
    ]);
  });

  test.each([
    ['/picture', 'not text but image/png'],
    ['/binary', 'not text but binary'],
    ['/zipped', 'not text but compressed'],
    ['/missing', 'status 404'],
  ])('%s fails', async (path, says) => {
    expect(await fetchIt(path)).toMatchObject({ kind: 'failed', text: expect.stringContaining(says) });
  });

  test('a huge answer is cut', async () => {
    const { text } = await fetchIt('/huge');
    expect(text.length).toBeLessThan(51_000);
    expect(text).toContain('only the first 2048 KiB were read');
  });

  test.each(['/silent', '/slow'])('%s is given up', async (path) => {
    expect(await fetchIt(path, { timeoutMs: 150 })).toMatchObject({
      kind: 'failed',
      text: expect.stringContaining('in time'),
    });
  });

  test('a cancel ends it', async () => {
    const stop = new AbortController();
    const fetching = fetchIt('/silent', {}, stop.signal);
    stop.abort();
    await expect(fetching).rejects.toThrow();
  });

  test('a server that wants to speak another protocol holds nobody up', async () => {
    expect(await fetchIt('/upgrade')).toMatchObject({ kind: 'failed' });
  });

  test('a redirect is told and not followed', async () => {
    expect(await fetchIt('/moved')).toMatchObject({ kind: 'done', redirectedTo: 'http://169.254.169.254/latest' });
    expect(asked).toHaveLength(1);
  });
});

describe('where it leads', () => {
  test('an address of this machine is not asked unless it was allowed by name', async () => {
    expect(await fetchIt('/text', { isNamed: false })).toMatchObject({
      kind: 'failed',
      text: expect.stringContaining("this machine's own"),
    });
    expect(asked).toEqual([]);
  });

  test('a name that leads to this machine is not asked either', async () => {
    const { port } = server.address() as AddressInfo;
    expect(await fetchIt(`http://localhost:${port}/text`, { isNamed: false })).toMatchObject({ kind: 'failed' });
    expect(asked).toEqual([]);
    expect(await fetchIt(`http://localhost:${port}/text`)).toMatchObject({ kind: 'done' });
  });

  test.each([
    'http://169.254.169.254/',
    'http://[fe80::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://0.0.0.0/',
    'http://100.100.100.200/',
  ])('%s is not asked even if it was allowed by name', async (url) => {
    expect(await fetchIt(url)).toMatchObject({ kind: 'failed', text: expect.stringContaining('leads to') });
  });

  test('a request says which address it refuses', async () => {
    const request = { url: new URL(origin), method: 'GET', headers: {}, allowed: new Set(['public'] as const) };
    await expect(pinnedRequest(request, never)).rejects.toThrow(AddressRefused);
  });

  test('a name of this machine leads to no other, whatever the resolver says', () => {
    const anywhere = new Set(['public', 'private', 'loopback'] as const);
    expect(() => refuseAddresses('localhost', ['127.0.0.1', '8.8.8.8'], anywhere)).toThrow(AddressRefused);
    expect(() => refuseAddresses('localhost', ['10.0.0.1'], anywhere)).toThrow(AddressRefused);
    expect(() => refuseAddresses('localhost', ['127.0.0.1', '::1'], anywhere)).not.toThrow();
    expect(() => refuseAddresses('localhost', ['127.0.0.1'], new Set(['public'] as const))).toThrow(AddressRefused);
  });

  test.each([
    ['8.8.8.8', 'public'],
    ['172.32.0.1', 'public'],
    ['2606:4700::1111', 'public'],
    ['10.1.2.3', 'private'],
    ['172.31.255.255', 'private'],
    ['192.168.0.1', 'private'],
    ['100.64.0.1', 'private'],
    ['fd12::1', 'private'],
    ['127.8.8.8', 'loopback'],
    ['::1', 'loopback'],
    ['169.254.0.1', 'never'],
    ['fe80::1%eth0', 'never'],
    ['fd00:ec2::254', 'never'],
    ['::ffff:10.0.0.1', 'never'],
    ['::127.0.0.1', 'never'],
    ['64:ff9b::7f00:1', 'never'],
    ['2002:7f00:1::', 'never'],
    ['224.0.0.1', 'never'],
    ['255.255.255.255', 'never'],
    ['ff02::1', 'never'],
    ['::', 'never'],
    ['nonsense', 'never'],
  ])('%s is %s', (address, kind) => {
    expect(kindOfAddress(address)).toBe(kind);
  });

  test('no IPv4 address of a network of one’s own is public, in any dress', () => {
    const inside = fc
      .tuple(fc.constantFrom('10', '127'), fc.nat(255), fc.nat(255), fc.nat(255))
      .map((parts) => parts.join('.'));
    fc.assert(
      fc.property(inside, (address) => {
        expect(kindOfAddress(address)).not.toBe('public');
        expect(kindOfAddress(`::ffff:${address}`)).toBe('never');
        expect(kindOfAddress(`64:ff9b::${address}`)).toBe('never');
      }),
    );
  });
});

test('a page of any text is read in time, and no tag of it is left', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('<', '>', '!', '-', '/', 'a', 'script', '&', '#', ';', ' ') }),
      (html) => {
        expect(htmlText(html)).not.toMatch(/<\/?[a-z][^<>]*>/i);
      },
    ),
  );
  expect(htmlText('<a'.repeat(500_000))).toHaveLength(1_000_000);
});
