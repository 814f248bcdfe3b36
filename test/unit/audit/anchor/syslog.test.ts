import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test } from 'vitest';
import { anchorNow } from '../../../../server/src/audit/anchor/anchorNow.ts';
import { parseNoteKey } from '../../../../server/src/audit/note/noteKey.ts';
import { isNoteSignedBy, parseNote } from '../../../../server/src/audit/note/signedNote.ts';
import { temporaryFolder } from '../../storage/temporaryFolder.ts';
import { makeSignedLog } from '../proof/aSignedLog.ts';
import { anchorDeps, anchorsOf } from './anAnchoring.ts';

const never = new AbortController().signal;

/** What arrives, in the format of RFC 5424: priority, version, time, host, program, process, kind, no structured data. */
const pattern = /^<109>1 2026-03-01T10:21:40\.000Z \S+ loki \d+ audit-head - (\{[\u0020-\u007e]*\})$/;

function contentOf(message: string): Readonly<Record<string, unknown>> {
  return Object.assign({}, JSON.parse(pattern.exec(message)?.[1] ?? '{}'));
}

async function listenUdp() {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  onTestFinished(() => void socket.close());
  return { port: socket.address().port, received: once(socket, 'message').then(([message]) => String(message)) };
}

async function listenTcp(answer: (socket: Socket) => void = () => undefined) {
  const { promise: received, resolve } = Promise.withResolvers<string>();
  const server = createServer((socket) => {
    answer(socket);
    void text(socket).then(resolve);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address() as AddressInfo;
  return { port: address.port, received };
}

describe('a syslog line', () => {
  test('goes out over UDP with all that is needed to hold the log against it', async () => {
    const folder = temporaryFolder();
    const { logId, keys } = await makeSignedLog(folder, { entries: 5, signedAt: [3, 5] });
    const { port, received } = await listenUdp();
    const deps = anchorDeps(folder, { syslog: { host: '127.0.0.1', port, protocol: 'udp' } });
    const anchored = await anchorNow(deps, {}, never);
    const to = `udp://127.0.0.1:${port}`;
    expect(anchored).toEqual({ kind: 'done', size: 5, outcomes: [{ kind: 'anchored', anchor: 'syslog', to }] });
    const content = contentOf(await received);
    expect(content).toMatchObject({ log: `loki/${logId}/audit`, size: 5, at: '2026-03-01T10:20:30.456Z' });
    const note = parseNote(String(content['head']));
    const key = parseNoteKey(String(content['key']));
    expect(key?.publicKey).toEqual(keys[0]?.key.publicKey);
    expect(note !== null && key !== null && isNoteSignedBy(note, key)).toBe(true);
    expect(deps.entries).toEqual([
      {
        who: 'loki',
        what: 'audit_anchored',
        where: to,
        why: null,
        metadata: {
          anchor: 'syslog',
          log: `loki/${logId}/audit`,
          size: 5,
          hash: content['hash'],
          root: content['root'],
        },
      },
    ]);
    expect(anchorsOf(folder)).toMatchObject([{ kind: 'syslog', at: '2026-03-01T10:21:40.000Z', to }]);
  });

  test('goes out over TCP with its length before it, whoever closes first', async () => {
    const folder = temporaryFolder();
    await makeSignedLog(folder, { entries: 2, signedAt: [2] });
    const { port, received } = await listenTcp((socket) => void socket.end());
    const deps = anchorDeps(folder, { syslog: { host: '127.0.0.1', port, protocol: 'tcp' } });
    expect(await anchorNow(deps, {}, never)).toMatchObject({ outcomes: [{ kind: 'anchored' }] });
    const [length = '', ...rest] = (await received).split(' ');
    const message = rest.join(' ');
    expect([Number(length), contentOf(message)['size']]).toEqual([Buffer.byteLength(message), 2]);
  });

  test.each(['tcp', 'udp'] as const)(
    'that nobody takes over %s is recorded as failed, and nothing else fails',
    async (protocol) => {
      const folder = temporaryFolder();
      await makeSignedLog(folder, { entries: 2, signedAt: [2] });
      const { port } = await listenTcp();
      const taken = createSocket('udp4');
      // A port that is free for this protocol: it was given out just now and is closed again.
      taken.bind(0, '127.0.0.1');
      await once(taken, 'listening');
      const free = protocol === 'udp' ? taken.address().port : port === 1 ? 2 : 1;
      await new Promise<void>((resolve) => taken.close(() => resolve()));
      const deps = anchorDeps(folder, { syslog: { host: '127.0.0.1', port: free, protocol } });
      expect(await anchorNow(deps, {}, never)).toMatchObject({
        outcomes: [
          { kind: 'failed', anchor: 'syslog', why: expect.stringContaining('ECONNREFUSED'), isContradicted: false },
        ],
      });
      expect(deps.entries).toMatchObject([
        { what: 'audit_anchor_failed', why: expect.stringContaining('ECONNREFUSED'), metadata: { size: 2 } },
      ]);
    },
  );

  test('reaches no other machine where residency is air-gapped', async () => {
    const folder = temporaryFolder();
    await makeSignedLog(folder, { entries: 2, signedAt: [2] });
    const syslog = { host: 'logs.example', port: 514, protocol: 'udp' } as const;
    const deps = anchorDeps(folder, { syslog }, { isAirGapped: true });
    expect(await anchorNow(deps, {}, never)).toMatchObject({
      outcomes: [{ kind: 'failed', why: 'residency is air-gapped, and this is another machine' }],
    });
  });
});

test('a log without a checkpoint, or with a bad one, is anchored nowhere', async () => {
  const folder = temporaryFolder();
  const syslog = { host: '127.0.0.1', port: 9, protocol: 'udp' } as const;
  expect(await anchorNow(anchorDeps(folder, { syslog }), {}, never)).toEqual({
    kind: 'none',
    why: 'the audit log has no signed checkpoint yet',
  });
  await makeSignedLog(folder, { entries: 2, signedAt: [2] });
  const deps = anchorDeps(folder, { syslog });
  expect(await anchorNow(deps, { above: 2 }, never)).toEqual({
    kind: 'none',
    why: 'no checkpoint was made since the last anchors',
  });
  expect(deps.entries).toEqual([]);
});
