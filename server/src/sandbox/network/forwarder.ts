import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { NetworkRule } from './networkRule.ts';

// What makes the proxy reachable for programs in the sandbox, which know TCP only: a few lines that listen on the
// sandbox's own loopback and hand every connection to the proxy's socket. It decides nothing and can do no harm: what
// goes around it meets the same proxy, or nothing.

const port = 3128;
const inside = '/run/loki/network';

const script = `'use strict';
const net = require('net');
const server = net.createServer({ allowHalfOpen: true }, (client) => {
  const proxy = net.connect({ path: '${inside}/proxy.sock', allowHalfOpen: true });
  const close = () => { client.destroy(); proxy.destroy(); };
  client.on('error', close);
  proxy.on('error', close);
  client.pipe(proxy).pipe(client);
});
server.listen(${port}, '127.0.0.1', () => process.stdout.write('ready\\n'));
`;

/** Everything of the sandbox that lets a command reach the proxy whose socket is in `folder`. */
export interface Forwarder {
  readonly arguments: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Lines of bash that start it and wait until it listens. */
  readonly startUp: readonly string[];
}

/** Prepares the forwarder in `folder`, which already holds `proxy.sock`. It runs on the Node that Loki runs on. */
export async function prepareForwarder(folder: string, rule: NetworkRule): Promise<Forwarder> {
  await writeFile(path.join(folder, 'forward.cjs'), script, { mode: 0o444 });
  // The editor's Node is a part of the editor and needs the files beside it.
  const isElectron = process.versions['electron'] !== undefined;
  const from = isElectron ? path.dirname(process.execPath) : process.execPath;
  const runtime = '/run/loki/runtime';
  const program = isElectron ? path.join(runtime, path.basename(process.execPath)) : runtime;
  const address = `http://127.0.0.1:${port}`;
  const names = ['http_proxy', 'https_proxy', 'all_proxy', 'HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY'];
  const direct = rule.reachesLoopback ? '' : 'localhost,127.0.0.1,::1';
  return {
    arguments: ['--ro-bind', folder, inside, ...(existsSync(from) ? ['--ro-bind', from, runtime] : [])],
    env: {
      ...Object.fromEntries(names.map((name) => [name, address])),
      no_proxy: direct,
      NO_PROXY: direct,
      // Node's own fetch and http look at these only when told to.
      NODE_USE_ENV_PROXY: '1',
    },
    startUp: [
      `exec 9< <(ELECTRON_RUN_AS_NODE=1 exec ${program} ${inside}/forward.cjs 2>/dev/null < /dev/null)`,
      'read -r -t 10 -u 9 || echo "loki: the network of this command could not be started" >&2',
      'exec 9<&-',
    ],
  };
}
