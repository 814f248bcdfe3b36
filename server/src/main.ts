import os from 'node:os';
import path from 'node:path';
import { systemClock } from './base/clock.ts';
import { lokiHome } from './base/lokiHome.ts';
import { openKeychain } from './keychain/openKeychain.ts';
import { openConnection, processTransport } from './lsp/openConnection.ts';
import { serve } from './lsp/serve.ts';

// The editor's composition root, the sidecar: it builds the world and the connection, and ends the process when the
// editor asks for it or is gone, after every process of every run.

/** Put in by the bundler, from package.json. */
declare const lokiVersion: string;

const endWithinMs = 2000;

let isEnding = false;
function end(code: number): void {
  if (isEnding) return;
  isEnding = true;
  const leave = (): never => process.exit(code);
  setTimeout(leave, endWithinMs);
  sidecar.close().then(leave, leave);
}

const keychain = openKeychain();
const connection = openConnection(processTransport(process.argv), { end });
const sidecar = serve(connection, {
  world: {
    env: process.env,
    lokiHome: lokiHome(process.env),
    // In dist/ the assets and the roster lie beside the bundle.
    assetsFolder: path.join(import.meta.dirname, 'assets'),
    rosterFolder: path.join(import.meta.dirname, 'roster'),
    clock: systemClock,
    person: `os:${os.userInfo().username}`,
    demoPaceMs: 12,
    keyVault: keychain,
  },
  keychain,
  version: lokiVersion,
});
// Node warns of its own modules that are not finished; a person who reads the log has no use for that.
process.removeAllListeners('warning');
process.on('warning', ({ name, message }) => {
  if (name !== 'ExperimentalWarning') sidecar.log.warn(`${name}: ${message}`);
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => end(0));
process.on('disconnect', () => end(1));
for (const bug of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(bug, (error: unknown) => {
    sidecar.log.error('The sidecar ends because of a bug in Loki', error);
    end(1);
  });
}
connection.listen();
