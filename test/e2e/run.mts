import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { installDependencies } from './harness/installDependencies.ts';
import { missingPackages, installPackages } from './harness/systemPackages.ts';

// `npm run test:e2e`: installs what is missing, then lets vitest run the tests. Arguments are vitest's.

const here = import.meta.dirname;
const root = path.join(here, '../..');

function step(program: string, args: readonly string[], cwd = root): void {
  const { status, error } = spawnSync(program, args, { cwd, stdio: 'inherit' });
  if (error !== undefined) process.stderr.write(`test:e2e: ${program} could not be started: ${error.message}\n`);
  if (status !== 0) process.exit(status ?? 1);
}

const missing = missingPackages();
if (missing.length > 0 && !installPackages(missing)) {
  process.stderr.write(
    `test:e2e: these Debian packages are missing: ${missing.join(' ')}\n` +
      `Install them with: sudo apt-get install --no-install-recommends ${missing.join(' ')}\n`,
  );
  process.exit(1);
}
installDependencies(here, root);

// Windows is not among the systems these tests run on: everything here is Debian's.
const program = (name: string): string => path.join(root, 'node_modules/.bin', name);
if (process.env['LOKI_E2E_VSIX'] === undefined || !existsSync(process.env['LOKI_E2E_VSIX'])) {
  step('npm', ['run', '--silent', 'package']);
}
step(program('tsc'), ['--noEmit', '-p', path.join(here, 'tsconfig.json')]);
step(program('vitest'), ['run', '--config', path.join(here, 'vitest.config.mts'), ...process.argv.slice(2)], here);
