import { once } from 'node:events';
import { createServer as createPlainServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import type { SelfSigned } from './selfSigned.ts';

export interface TunnelProxy {
  readonly url: string;
  /** What was asked of it: a tunnel to where, with which headers. */
  readonly asked: readonly { readonly target: string; readonly headers: IncomingHttpHeaders }[];
  /** Everything that went into its tunnels, as the proxy sees it. */
  readonly seen: () => string;
}

/** A proxy on the loopback device that leads every tunnel to one port of this machine, until the test ends. */
export async function startTunnelProxy(port: () => number, over: 'http' | SelfSigned): Promise<TunnelProxy> {
  const asked: { target: string; headers: IncomingHttpHeaders }[] = [];
  const parts: Buffer[] = [];
  const sockets = new Set<Socket>();
  const server = over === 'http' ? createPlainServer() : createTlsServer(over);
  server.on('connect', (request: IncomingMessage, client: Socket) => {
    asked.push({ target: request.url ?? '', headers: request.headers });
    const upstream = connect(port(), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      client.on('data', (part: Buffer) => parts.push(part));
      client.pipe(upstream).pipe(client);
    });
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.closeAllConnections();
    server.close();
  });
  const at = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `${over === 'http' ? 'http' : 'https'}://${at}`,
    asked,
    seen: () => Buffer.concat(parts).toString('latin1'),
  };
}
