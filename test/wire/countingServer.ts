import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** A place that must not be reached, or a proxy: it counts who connects and keeps every byte. */
export interface CountingServer {
  readonly port: number;
  readonly connections: () => number;
  readonly received: () => string;
}

/** Listens on the loopback device until the test ends; `answer` is said to whoever has sent a whole head. */
export async function startCountingServer(answer: string | null = null): Promise<CountingServer> {
  const sockets = new Set<Socket>();
  const parts: Buffer[] = [];
  let connections = 0;
  const server: Server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (part: Buffer) => {
      parts.push(part);
      if (answer !== null && Buffer.concat(parts).includes('\r\n\r\n')) socket.end(answer);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    connections: () => connections,
    received: () => Buffer.concat(parts).toString('latin1'),
  };
}
