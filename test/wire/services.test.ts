import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createServer as createListener, type AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { bubblewrapSandbox } from '../../server/src/sandbox/bubblewrapSandbox.ts';
import { bubblewrap, hasBubblewrap } from '../bubblewrap.ts';
import { never, openService, startService } from '../unit/tools/services/aService.ts';

// Against the reference servers of MCP: one on standard input and output in the sandbox, one over streamable HTTP.

const sandbox = bubblewrapSandbox({
  program: bubblewrap,
  env: { ...process.env, ANTHROPIC_API_KEY: 'sk-ant-secret', LOKI_HOME: '/nowhere' },
});
const filesystem = 'node_modules/@modelcontextprotocol/server-filesystem/dist/index.js';
const everything = path.resolve('node_modules/@modelcontextprotocol/server-everything/dist/index.js');

describe.skipIf(!hasBubblewrap)('the file server, in the sandbox', () => {
  const service = openService({
    sandbox,
    launch: { command: 'node', args: [filesystem, '.'] },
    files: { 'src/a.ts': 'export const a = 1;\n', 'secrets/key': 'hunter2\n', '.claude/settings.json': '{}\n' },
  });
  beforeAll(async () => {
    expect(await service.start()).toMatchObject({ kind: 'done' });
  }, 60_000);
  afterAll(async () => await service.close());

  test('reads and writes in the workspace', async () => {
    expect(await service.call('read_text_file', { path: 'src/a.ts' })).toMatchObject({
      kind: 'done',
      text: expect.stringContaining('export const a = 1;'),
    });
    expect(await service.call('write_file', { path: 'src/b.ts', content: 'export const b = 2;\n' })).toMatchObject({
      kind: 'done',
    });
    expect(readFileSync(path.join(service.workspace, 'src/b.ts'), 'utf8')).toBe('export const b = 2;\n');
  });

  test('sees nothing of denied paths, and changes nothing that governs agents', async () => {
    const seen = JSON.stringify(await service.call('directory_tree', { path: 'secrets' }));
    expect(seen).not.toContain('key');
    expect(await service.call('write_file', { path: '.claude/settings.json', content: 'x' })).toMatchObject({
      kind: 'failed',
    });
    expect(readFileSync(path.join(service.workspace, '.claude/settings.json'), 'utf8')).toBe('{}\n');
  });

  test('arguments that do not fit its schema are not sent', async () => {
    expect(await service.call('read_text_file', { path: 7 })).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('must be string'),
    });
  });
});

describe.skipIf(!hasBubblewrap)('a hostile server in the sandbox', () => {
  test('has neither our environment nor the network, and ends with all that it started', async () => {
    const service = await startService({
      sandbox,
      files: { 'server.ts': readFileSync('test/unit/tools/services/hostileServerProcess.ts', 'utf8') },
      launch: { command: 'node', args: ['server.ts', 'plain'], env: { MODE: 'x' } },
    });
    expect(service.started).toMatchObject({ kind: 'done' });
    const environment = JSON.stringify(await service.call('environment'));
    expect(environment).toContain('MODE');
    expect(environment).not.toMatch(/ANTHROPIC|sk-ant|nowhere/);
    expect(await service.call('meddle')).toMatchObject({ kind: 'failed', quarantined: ['.claude'] });
    expect(existsSync(path.join(service.workspace, '.claude'))).toBe(false);
  });
});

describe('the everything server over streamable HTTP', () => {
  let child: ChildProcess;
  let url = '';
  beforeAll(async () => {
    const port = await freePort();
    url = `http://127.0.0.1:${port}/mcp`;
    child = spawn('node', [everything, 'streamableHttp'], {
      env: { PATH: process.env['PATH'], PORT: String(port) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    // It says that it listens.
    await Promise.race([once(child.stderr ?? child, 'data'), once(child.stdout ?? child, 'data')]);
    await untilListening(port);
  }, 60_000);
  afterAll(() => child.kill('SIGKILL'));

  test('lists its tools and answers', async () => {
    const service = await startService({ launch: { type: 'http', url, headers: {} } });
    expect(service.started).toMatchObject({ kind: 'done' });
    expect(service.services.tools().map(({ tool }) => tool)).toContain('echo');
    expect(await service.call('echo', { message: 'hello' })).toMatchObject({
      kind: 'done',
      text: expect.stringContaining('hello'),
    });
    expect(await service.call('get-tiny-image')).toMatchObject({ text: expect.stringContaining('not shown') });
  }, 60_000);
});

describe('an address that is not the server that was agreed to', () => {
  async function listening(respond: (server: Server) => void): Promise<string> {
    const server = createServer();
    respond(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`;
  }

  test('a redirect is not followed, not even on the same host', async () => {
    const asked: string[] = [];
    const url = await listening((server) =>
      server.on('request', (request, response) => {
        asked.push(request.url ?? '');
        response.writeHead(307, { location: '/elsewhere' }).end();
      }),
    );
    const { started } = await startService({ launch: { type: 'http', url, headers: {} } });
    expect(started).toMatchObject({ kind: 'failed', reason: expect.stringContaining('redirects') });
    expect(asked).toEqual(['/mcp']);
  });

  test('air-gapped, only this machine is asked', async () => {
    const { started } = await startService({
      launch: { type: 'http', url: 'http://10.255.255.1/mcp', headers: {} },
      isAirGapped: true,
    });
    expect(started).toMatchObject({ kind: 'failed', reason: expect.stringContaining('leads to a private address') });
  });

  test('one that never answers is given up', async () => {
    const url = await listening(() => undefined);
    const { started } = await startService({ launch: { type: 'http', url, headers: {} }, startMs: 200 }, never);
    expect(started).toMatchObject({ kind: 'failed', reason: expect.stringContaining('timed out') });
  });
});

async function freePort(): Promise<number> {
  const listener = createListener();
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const { port } = listener.address() as AddressInfo;
  await new Promise((resolve) => listener.close(resolve));
  return port;
}

async function untilListening(port: number): Promise<void> {
  for (;;) {
    const answered = await fetch(`http://127.0.0.1:${port}/`).then(
      () => true,
      () => false,
    );
    if (answered) return;
  }
}
