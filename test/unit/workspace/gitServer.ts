import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** Git's own server of repositories below a folder, on the loopback device until the test ends; anybody may push. */
export async function startGitServer(
  folder: string,
): Promise<{ readonly url: string; readonly requests: readonly string[] }> {
  const backend = `${execFileSync('git', ['--exec-path'], { encoding: 'utf8' }).trim()}/git-http-backend`;
  const requests: string[] = [];
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    requests.push(request.url ?? '');
    const [path = '', query = ''] = (request.url ?? '').split('?');
    const child = spawn(backend, {
      env: {
        PATH: process.env['PATH'],
        GIT_PROJECT_ROOT: folder,
        GIT_HTTP_EXPORT_ALL: '1',
        REMOTE_USER: 'test',
        REQUEST_METHOD: request.method,
        PATH_INFO: path,
        QUERY_STRING: query,
        CONTENT_TYPE: request.headers['content-type'] ?? '',
        HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    request.pipe(child.stdin);
    const parts: Buffer[] = [];
    child.stdout.on('data', (part: Buffer) => parts.push(part));
    await once(child, 'close');
    const answer = Buffer.concat(parts);
    const end = answer.indexOf('\r\n\r\n');
    const fields = answer.subarray(0, end).toString().split('\r\n');
    const status = fields.find((field) => field.startsWith('Status: '))?.slice('Status: '.length);
    const headers = fields.filter((field) => !field.startsWith('Status: ')).map((field) => field.split(': '));
    response.writeHead(Number.parseInt(status ?? '200', 10), Object.fromEntries(headers) as Record<string, string>);
    response.end(answer.subarray(end + 4));
  };
  const server = createServer((request, response) => void serve(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}
