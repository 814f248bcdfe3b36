import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Installs the locked dependencies of this folder when they are missing or older than the lock file: VS Code among them,
 * which takes some minutes and 630 MB. Ends the process with the reason when it cannot.
 */
export function installDependencies(folder: string, root: string): void {
  const lock = readFileSync(path.join(folder, 'package-lock.json'), 'utf8');
  const marker = path.join(folder, 'node_modules/.loki-lock');
  if (existsSync(marker) && readFileSync(marker, 'utf8') === lock) return;

  process.stderr.write('Installing VS Code for the end-to-end tests (once, some minutes, 630 MB) …\n');
  // code-server compiles native modules and refuses any Node but 24: the pinned one brings its headers along.
  const pinned = path.join(root, 'node_modules', `node-${process.platform}-${process.arch}`);
  const headers = existsSync(path.join(pinned, 'include/node/node.h')) ? { npm_config_nodedir: pinned } : {};
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder,
    env: {
      ...process.env,
      PATH: `${path.join(root, 'node_modules/.bin')}${path.delimiter}${process.env['PATH'] ?? ''}`,
      // The npm that runs this script says here which Node it runs on, and code-server believes it: npm says it anew.
      npm_config_user_agent: undefined,
      ...headers,
    },
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) {
    process.stderr.write('test:e2e: VS Code could not be installed; see the message of npm above\n');
    process.exit(status ?? 1);
  }
  writeFileSync(marker, lock);
}
