import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import path from 'node:path';
import { build } from 'esbuild';

export type PageName = 'task' | 'audit' | 'gates' | 'cost';

export interface PageServer {
  readonly urlOf: (page: PageName) => string;
  readonly sizeOf: (page: PageName) => number;
  close(): Promise<void>;
}

const pages: readonly PageName[] = ['task', 'audit', 'gates', 'cost'];

/** Serves the three pages, built as they ship, under the content security policy that they get in the editor. */
export async function servePages(): Promise<PageServer> {
  const scripts = new Map<PageName, string>();
  await Promise.all(pages.map(async (page) => scripts.set(page, await bundle(page))));
  const server = createServer((request, response) => {
    const page = pages.find((name) => request.url === `/${name}`);
    const script = pages.find((name) => request.url === `/${name}.js`);
    if (script !== undefined) {
      response.setHeader('content-type', 'text/javascript; charset=utf-8').end(scripts.get(script));
      return;
    }
    if (page === undefined) {
      response.writeHead(404).end();
      return;
    }
    const nonce = randomBytes(16).toString('base64');
    response
      .setHeader('content-type', 'text/html; charset=utf-8')
      .setHeader(
        'content-security-policy',
        `default-src 'none'; style-src 'self' 'nonce-${nonce}'; script-src 'nonce-${nonce}'; font-src 'self'`,
      )
      .end(
        `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${page}</title></head>` +
          `<body><script nonce="${nonce}" src="/${page}.js"></script></body></html>`,
      );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the pages have no address');
  return {
    urlOf: (page) => `http://127.0.0.1:${address.port}/${page}`,
    sizeOf: (page) => Buffer.byteLength(scripts.get(page) ?? ''),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function bundle(page: PageName): Promise<string> {
  const root = path.join(import.meta.dirname, '../..');
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [`webview/src/${page}/main.ts`],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    conditions: ['production'],
    legalComments: 'none',
    logLevel: 'warning',
  });
  return outputFiles[0]?.text ?? '';
}
