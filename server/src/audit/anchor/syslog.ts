import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import os from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { checkedHost } from '../../base/nearHost.ts';
import type { SyslogSettings } from './settings.ts';

// A line for a syslog server (RFC 5424): over UDP in one datagram, over TCP with its length before it (RFC 6587). No
// answer exists, so all that is known afterwards is that it was sent.

/** Facility 13 (log audit), severity 5 (notice). */
const priority = 13 * 8 + 5;

/** The message as it goes out, in ASCII. */
export function syslogMessage(at: Date, content: Readonly<Record<string, unknown>>): string {
  const host = os
    .hostname()
    .replaceAll(/[^\u0021-\u007e]/g, '')
    .slice(0, 255);
  // Escaped beyond ASCII: what is not, must be announced in this format, and not every server understands that.
  const text = JSON.stringify(content).replaceAll(
    /[^\u0020-\u007e]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `<${priority}>1 ${at.toISOString()} ${host || '-'} loki ${process.pid} audit-head - ${text}`;
}

/** Resolves once the message was handed to the network without an error. */
export async function sendSyslog(settings: SyslogSettings, message: string, signal: AbortSignal): Promise<void> {
  const to = { ...settings, host: await checkedHost(settings.host) };
  if (to.protocol === 'udp') await sendDatagram(to, message, signal);
  else await sendStream(to, `${Buffer.byteLength(message)} ${message}`, signal);
}

/** How long to listen for the news that nobody takes datagrams there. */
const refusalMs = 150;

async function sendDatagram({ host, port }: SyslogSettings, message: string, signal: AbortSignal): Promise<void> {
  const socket = createSocket({ type: host.includes(':') ? 'udp6' : 'udp4', signal });
  try {
    const failed = once(socket, 'error', { signal }).then(([error]) => {
      throw error;
    });
    failed.catch(() => undefined);
    // Once connected, the system tells of a port that nobody listens on.
    socket.connect(port, host);
    await Promise.race([once(socket, 'connect', { signal }), failed]);
    socket.send(message);
    await Promise.race([wait(refusalMs, null, { signal }), failed]);
  } finally {
    socket.removeAllListeners('error');
    socket.on('error', () => undefined);
    if (!signal.aborted) socket.close();
  }
}

async function sendStream({ host, port }: SyslogSettings, framed: string, signal: AbortSignal): Promise<void> {
  const socket = connect({ host, port });
  const stop = (): void => void socket.destroy(new Error('it took too long'));
  signal.addEventListener('abort', stop, { once: true });
  try {
    signal.throwIfAborted();
    await once(socket, 'connect');
    socket.end(framed);
    // The other side may keep its half open for ever.
    await once(socket, 'finish');
  } finally {
    signal.removeEventListener('abort', stop);
    socket.on('error', () => undefined);
    socket.destroySoon();
  }
}
