import { spawnSync } from 'node:child_process';

/** What the tests need of Debian, and what for. */
const packages: Readonly<Record<string, string>> = {
  chromium: 'the browser that shows VS Code',
  'libkrb5-dev': 'a native module of code-server is compiled against it',
  'g++': 'native modules of code-server are compiled',
  make: 'the same',
  python3: 'the same',
  'fonts-dejavu-core': 'letters in the screenshots',
  'gnome-keyring': 'a real Secret Service',
  dbus: 'the bus that the Secret Service answers on',
  'libsecret-1-0': 'the library through which Loki reaches the Secret Service',
  'libsecret-tools': 'secret-tool, an independent reader of the Secret Service',
  bubblewrap: 'the sandbox of commands',
};

/** The packages that are not installed; all of them where this is no Debian. */
export function missingPackages(): readonly string[] {
  return Object.keys(packages).filter((name) => {
    const asked = spawnSync('dpkg-query', ['--show', '--showformat=${db:Status-Status}', name], { encoding: 'utf8' });
    return asked.stdout !== 'installed';
  });
}

/** Installs packages where this process may: as root, with apt-get. Answers whether all of them are there now. */
export function installPackages(names: readonly string[]): boolean {
  if (process.getuid?.() !== 0) return false;
  process.stderr.write(`Installing Debian packages (once): ${names.join(' ')} …\n`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...args: readonly string[]): boolean =>
    spawnSync('apt-get', args, { env, stdio: ['ignore', 'ignore', 'inherit'] }).status === 0;
  return (
    apt('update', '--quiet=2') &&
    apt('install', '--yes', '--quiet=2', '--no-install-recommends', ...names) &&
    missingPackages().length === 0
  );
}
