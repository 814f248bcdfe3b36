import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { collectAnswer } from '../../../server/src/models/collectAnswer.ts';
import { guardedFetch } from '../../../server/src/models/guardedFetch.ts';

type Parts = Parameters<typeof collectAnswer>[0];

async function* flood(count: number): AsyncGenerator {
  for (let at = 0; at < count; at += 1) {
    yield await Promise.resolve({
      type: 'tool-call',
      toolCallId: `t${at}`,
      toolName: 'read_file',
      input: { path: 'a' },
    });
  }
}

test('of a flood of calls only so many are taken, and one says so', async () => {
  const { calls } = await collectAnswer(flood(20_000) as Parts, new Set(['read_file']), new Set(), () => undefined);
  expect(calls.filter(({ kind }) => kind === 'call')).toHaveLength(100);
  expect(calls.slice(100)).toMatchObject([{ kind: 'malformed', callId: 't100' }]);
});

const limits = { stallTimeoutMs: 5000, maxAnswerBytes: 1_000_000, maxAnswerLines: 10_000, maxAnswerMs: 60_000 };

test('an answer of nothing but signs of life ends', async () => {
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const timer = setInterval(() => response.write(': ping\n\n'), 20);
    response.on('close', () => clearInterval(timer));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  try {
    const network = guardedFetch({ ...limits, maxAnswerMs: 300 }, { proxy: null });
    const reading = network.fetch(`http://127.0.0.1:${port}/`).then(async (response) => await response.text());
    await expect(reading).rejects.toThrow();
    expect(network.trouble()).toEqual({ kind: 'too_long' });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}, 4000);

test('an answer of more lines than the longest one has ends, however few bytes they are', async () => {
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).end('\n'.repeat(20_000));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  try {
    const network = guardedFetch(limits, { proxy: null });
    const reading = network.fetch(`http://127.0.0.1:${port}/`).then(async (response) => await response.text());
    await expect(reading).rejects.toThrow();
    expect(network.trouble()).toEqual({ kind: 'too_long' });
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test('after an error nothing of a stream is read any more', async () => {
  let read = 0;
  async function* errors(): AsyncGenerator {
    for (; ; read += 1) yield await Promise.resolve({ type: 'error', error: new Error(String(read)) });
  }
  const { error } = await collectAnswer(errors() as Parts, new Set(), new Set(), () => undefined);
  expect(error).toEqual(new Error('0'));
  expect(read).toBe(0);
});
