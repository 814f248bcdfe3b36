import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { clientRequest, serverNotification, serverRequest } from '#protocol/message';
import { answer, hear, sendRequest, type Wire } from '../../../client/src/sidecar/rpc.ts';
import { SidecarFailure } from '../../../client/src/sidecar/sidecarFailure.ts';

const read = clientRequest('loki/test/read', z.strictObject({ name: z.string() }), z.strictObject({ size: z.int() }));
const changed = serverNotification('loki/test/changed', z.strictObject({ size: z.int() }));
const asked = serverRequest('loki/test/ask', z.strictObject({ q: z.string() }), z.strictObject({ a: z.string() }));
const nothing = { dispose: () => undefined };
const token = { isCancellationRequested: false, onCancellationRequested: () => nothing };

/** A wire whose other end is in the test's hands. */
function aWire(reply: () => unknown) {
  const sent: unknown[] = [];
  const heard = new Map<string, (params: unknown) => unknown>();
  const wire: Wire = {
    sendRequest: async (method, params) => {
      sent.push([method, params]);
      return reply();
    },
    onNotification: (method, handler) => {
      heard.set(method, handler);
      return nothing;
    },
    onRequest: (method, handler) => {
      heard.set(method, async (params) => await handler(params, token));
      return nothing;
    },
  };
  return { wire, sent, tell: (method: string, params: unknown) => heard.get(method)?.(params) };
}

describe('a request', () => {
  test('goes out under its name and answers with what fits', async () => {
    const { wire, sent } = aWire(() => ({ size: 3 }));
    expect(await sendRequest(wire, read, { name: 'a' })).toEqual({ size: 3 });
    expect(sent).toEqual([['loki/test/read', { name: 'a' }]]);
  });

  test.each<[string, unknown]>([
    ['another type', { size: 'secret value' }],
    ['more than was agreed', { size: 3, more: 'secret value' }],
    ['nothing', null],
  ])('answered with %s fails, and repeats no value', async (_title, reply) => {
    const failed = sendRequest(aWire(() => reply).wire, read, { name: 'a' });
    await expect(failed).rejects.toThrow(SidecarFailure);
    await expect(failed).rejects.toThrow(/loki\/test\/read does not fit/);
    await expect(failed).rejects.not.toThrow(/secret value/);
  });

  test.each<[string, unknown, SidecarFailure['code'], string]>([
    [
      'a failure keeps its code',
      { message: 'x', data: { code: 'no_commit', message: 'commit first' } },
      'no_commit',
      'commit first',
    ],
    ['an unknown code is internal', { message: 'x', data: { code: 'new_thing', message: 'y' } }, 'internal', 'x'],
    ['a lost connection is internal', new Error('connection got disposed'), 'internal', 'connection got disposed'],
    ['anything else is internal', 'odd', 'internal', 'odd'],
  ])('that fails: %s', async (_title, error, code, message) => {
    const { wire } = aWire(() => {
      throw error;
    });
    await expect(sendRequest(wire, read, { name: 'a' })).rejects.toMatchObject({ code, message });
  });
});

test('a notification that does not fit is dropped and reported without its values', () => {
  const { wire, tell } = aWire(() => null);
  const told: number[] = [];
  const reports: string[] = [];
  hear(
    wire,
    changed,
    ({ size }) => told.push(size),
    (problem) => reports.push(problem),
  );
  tell('loki/test/changed', { size: 1 });
  tell('loki/test/changed', { size: 'secret value' });
  tell('loki/test/changed', [1]);
  expect(told).toEqual([1]);
  expect(reports).toHaveLength(2);
  expect(reports.join()).not.toContain('secret value');
});

test('a request of the sidecar is answered only when it fits', async () => {
  const { wire, tell } = aWire(() => null);
  answer(wire, asked, async ({ q }) => ({ a: `${q}!` }));
  await expect(tell('loki/test/ask', { q: 'why' })).resolves.toEqual({ a: 'why!' });
  await expect(tell('loki/test/ask', { q: 1 })).rejects.toThrow(/does not fit/);
});
