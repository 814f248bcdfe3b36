import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import { createServer, request as sendRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, isIP, type Socket } from 'node:net';
import { pipeline } from 'node:stream';
import { promisify } from 'node:util';
import { kindOfAddress } from '../../base/addresses.ts';
import { isWithin } from './reach.ts';
import { readFirstBytes } from './firstBytes.ts';
import type { NetworkRule } from './networkRule.ts';

// The only way out of the sandbox, where scope has allowed_hosts: an HTTP proxy on a unix socket, on the host's side.
// Each connection is judged by name and port, the name resolved here, every address checked, and the one that was
// checked is the one that is connected to. It never looks into TLS beyond the server's name.

export type Lookup = (host: string) => Promise<readonly LookupAddress[]>;

export interface Proxy {
  close(): Promise<void>;
}

const lookupAll = promisify(systemLookup);
const resolveName: Lookup = async (host) => await lookupAll(host, { all: true, verbatim: true });
const firstBytesMs = 10_000;
const mostConnections = 256;

type Checked =
  { readonly kind: 'address'; readonly address: string } | { readonly kind: 'refused'; readonly reason: string };

/** Opens the proxy at `socketPath`. Who opened it closes it, and with it every connection. */
export async function openProxy(socketPath: string, rule: NetworkRule, lookup: Lookup = resolveName): Promise<Proxy> {
  const open = new Set<Socket>();
  const keep = (socket: Socket): void => {
    open.add(socket);
    socket.on('error', () => socket.destroy()).once('close', () => open.delete(socket));
  };

  const check = async (host: string, port: number): Promise<Checked> => {
    const answer = rule.judge(host, port);
    if (answer.kind === 'refused') return answer;
    const bare = host.replace(/^\[|\]$/g, '');
    const found = isIP(bare) === 0 ? await lookup(bare).catch(() => []) : [{ address: bare, family: isIP(bare) }];
    const [first] = found;
    if (first === undefined) return { kind: 'refused', reason: `${host} has no address` };
    // One bad address among good ones is what a name looks like that is being turned around.
    const bad = found.find(({ address }) => !isWithin(kindOfAddress(address), answer.reach));
    if (bad !== undefined) {
      return {
        kind: 'refused',
        reason: `${host} leads to ${bad.address}, an address inside this machine or its network`,
      };
    }
    return { kind: 'address', address: first.address };
  };
  /** Judges, and records what came of it. Null where it was refused. */
  const admit = async (host: string, port: number): Promise<string | { readonly refused: string }> => {
    const checked = await check(host, port);
    const isAllowed = checked.kind === 'address';
    rule.record({
      host,
      port,
      decision: isAllowed ? 'ALLOW' : 'DENY',
      address: isAllowed ? checked.address : null,
      reason: isAllowed ? null : checked.reason,
    });
    return isAllowed ? checked.address : { refused: checked.reason };
  };
  const refuse = (host: string, port: number, reason: string): void =>
    rule.record({ host, port, decision: 'DENY', address: null, reason });

  const server = createServer({ maxHeaderSize: 32 * 1024, keepAlive: false }, (incoming, response) => {
    void forward(incoming, response).catch(() => response.destroy());
  });
  server.on('connection', keep);
  server.on('connect', (incoming: IncomingMessage, client: Socket, head: Buffer) => {
    void tunnel(incoming, client, head).catch(() => client.destroy());
  });
  server.on('clientError', (_, socket) => socket.destroy());
  server.maxConnections = mostConnections;

  /** Plain HTTP, one request at a time: the address in the request line and the Host must name the same place. */
  async function forward(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = URL.canParse(incoming.url ?? '') ? new URL(incoming.url ?? '') : null;
    if (url === null || url.protocol !== 'http:' || url.username !== '' || url.password !== '') {
      return answer(response, 400, 'the proxy takes a full http:// address or CONNECT');
    }
    const port = Number(url.port || 80);
    if ((incoming.headers.host ?? '').toLowerCase() !== url.host.toLowerCase()) {
      const reason = `the request is for ${url.host} and its Host header names another`;
      refuse(url.hostname, port, reason);
      return answer(response, 403, reason);
    }
    const admitted = await admit(url.hostname, port);
    if (typeof admitted !== 'string') return answer(response, 403, admitted.refused);
    const outgoing = sendRequest({
      host: admitted,
      port,
      method: incoming.method ?? 'GET',
      path: `${url.pathname}${url.search}`,
      headers: endToEnd(incoming),
      setHost: false,
      agent: false,
    });
    outgoing.on('socket', keep);
    outgoing.on('error', () => outgoing.destroy());
    // Always comes, also without an error: from a host that wants to speak another protocol, for one.
    outgoing.on('close', () => {
      if (!response.headersSent) answer(response, 502, `${url.host} does not answer`);
    });
    outgoing.on('response', (received) => {
      response.writeHead(received.statusCode ?? 502, endToEnd(received));
      // Not `pipe`, which would wait for ever for the rest of an answer that breaks off.
      pipeline(received, response, () => undefined);
    });
    response.on('close', () => outgoing.destroy());
    incoming.pipe(outgoing);
  }

  /** A tunnel, for TLS: what is sent first must be meant for the host that the tunnel was asked for. */
  async function tunnel(incoming: IncomingMessage, client: Socket, head: Buffer): Promise<void> {
    const target = URL.canParse(`tcp://${incoming.url ?? ''}`) ? new URL(`tcp://${incoming.url ?? ''}`) : null;
    const port = Number(target?.port ?? 0);
    const isPlain = target !== null && /^(?:\[[0-9a-f:.]+\]|[^[\]:/?#@\s]+):\d{1,5}$/i.test(incoming.url ?? '');
    if (target === null || !isPlain || port === 0) return void client.end('HTTP/1.1 400 Bad Request\r\n\r\n');
    const host = target.hostname.toLowerCase();
    const admitted = await admit(host, port);
    if (typeof admitted !== 'string') return void client.end(refusal(403, admitted.refused));
    const upstream = connect({ host: admitted, port });
    keep(upstream);
    const refuseClient = (): void => void client.end(refusal(502, `${host} does not answer`));
    upstream.once('error', refuseClient);
    client.once('close', () => upstream.destroy());
    upstream.once('connect', () => {
      // From here on the client would take what we say for words of the host.
      upstream.off('error', refuseClient);
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.on('end', () => client.end());
      upstream.once('close', () => client.destroy());
      upstream.on('data', (bytes) => {
        if (!client.write(bytes)) upstream.pause();
      });
      client.on('drain', () => upstream.resume());
      void passWhenNamed(client, upstream, head, host, port);
    });
  }

  async function passWhenNamed(
    client: Socket,
    upstream: Socket,
    head: Buffer,
    host: string,
    port: number,
  ): Promise<void> {
    const { bytes, reason } = await readMeant(client, head, host, port);
    if (reason !== null) {
      refuse(host, port, reason);
      upstream.destroy();
      client.destroy();
      return;
    }
    upstream.write(bytes);
    client.pipe(upstream);
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen({ path: socketPath }, resolve);
  });
  return {
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of open) socket.destroy();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Collects what a client sends until it says for whom; `reason` where that is another host, or nobody can tell. */
async function readMeant(
  client: Socket,
  head: Buffer,
  host: string,
  port: number,
): Promise<{ readonly bytes: Buffer; readonly reason: string | null }> {
  let bytes = head;
  return await new Promise((resolve) => {
    const finish = (reason: string | null): void => {
      clearTimeout(timer);
      client.off('data', add).off('close', gone);
      client.pause();
      resolve({ bytes, reason });
    };
    const look = (): void => {
      const read = readFirstBytes(bytes);
      if (read.kind === 'more') return;
      if (read.kind === 'other') {
        // Protocols of their own (ssh, databases) go to the ports that scope names for them.
        return finish(port === 443 || port === 80 ? 'what is sent is neither TLS nor HTTP' : null);
      }
      const name = read.name ?? host;
      finish(
        name === host || name === host.replace(/\.$/, '')
          ? null
          : `the tunnel is for ${host}, what is sent in it is for ${name}`,
      );
    };
    const add = (more: Buffer): void => {
      bytes = Buffer.concat([bytes, more]);
      look();
    };
    const gone = (): void => finish(null);
    const timer = setTimeout(() => finish('nothing was sent'), firstBytesMs);
    timer.unref();
    client.on('data', add).on('close', gone);
    look();
  });
}

const hopByHop = /^(?:connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade)$/i;

/** The headers of a message without those that speak about one connection only. */
function endToEnd({ headersDistinct }: IncomingMessage): Record<string, string | string[]> {
  const kept = Object.entries(headersDistinct).filter(([name]) => !hopByHop.test(name));
  return Object.fromEntries(
    kept.map(([name, values = []]) => [name, values.length === 1 ? (values[0] ?? '') : values]),
  );
}

function answer(response: ServerResponse, status: number, reason: string): void {
  response.writeHead(status, { 'content-type': 'text/plain', connection: 'close' }).end(`loki: ${reason}\n`);
}

function refusal(status: number, reason: string): string {
  return `HTTP/1.1 ${status} Refused\r\ncontent-type: text/plain\r\nconnection: close\r\n\r\nloki: ${reason}\n`;
}
