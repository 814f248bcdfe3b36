import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { localModels } from '../../../server/src/runs/localModels.ts';

/** The models of a server that answers everything like this, and what it was asked. */
async function modelsOf(status: number, body: string) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method ?? ''} ${request.url ?? ''} ${request.headers.authorization ?? 'without a key'}`);
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { models: await localModels(`http://127.0.0.1:${port}/v1`), asked };
}

test('a server of models names them, and is told no key', async () => {
  const { models, asked } = await modelsOf(200, '{"data":[{"id":"qwen3:8b"},{"id":"a b"},{"id":"gemma"}]}');
  expect(models).toEqual(['gemma', 'qwen3:8b']);
  expect(asked).toEqual(['GET /v1/models without a key']);
});

test.each([
  [404, '{}'],
  [200, '<h1>hello</h1>'],
  [200, '{"data":"many"}'],
])('another program on the port (%s %s) is no server of models', async (status, body) => {
  expect((await modelsOf(status, body)).models).toBeNull();
});

test('nobody there is nobody there', async () => {
  expect(await localModels('http://127.0.0.1:1/v1')).toBeNull();
});
