// Installs the locked dependencies when they are missing or older than the lock file.
// Runs before every npm script, so it is written for any Node from version 12 on.
'use strict';
const fs = require('fs');
const path = require('path');
const { spawnSync } = require('child_process');

const root = path.join(__dirname, '..');
const lock = fs.readFileSync(path.join(root, 'package-lock.json'));
const marker = path.join(root, 'node_modules', '.loki-lock');

function isInstalled() {
  try {
    return fs.readFileSync(marker).equals(lock);
  } catch (_error) {
    return false;
  }
}

if (!isInstalled()) {
  process.stderr.write('Installing dependencies (once) …\n');
  const npm = process.env.npm_execpath;
  // Not `npm ci`: it refuses a lock file that lacks optional binaries of platforms which npm did not see when writing it.
  // Versions come from the lock file here too, and `--no-save` leaves it as it is.
  const args = ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
  const done = npm
    ? spawnSync(process.execPath, [npm].concat(args), { cwd: root, stdio: ['ignore', 2, 2] })
    : spawnSync('npm', args, { cwd: root, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' });
  if (done.status !== 0) {
    process.stderr.write('loki: the dependencies could not be installed; see the message of npm above\n');
    process.exit(done.status || 1);
  }
  fs.writeFileSync(marker, lock);
}
