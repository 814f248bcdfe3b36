import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { openKeychain, type Keytar } from '../../../server/src/keychain/openKeychain.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

function inMemory(): Keytar & { readonly kept: Map<string, string> } {
  const kept = new Map<string, string>();
  return {
    kept,
    getPassword: async (service, account) => kept.get(`${service}/${account}`) ?? null,
    setPassword: async (service, account, password) => void kept.set(`${service}/${account}`, password),
    deletePassword: async (service, account) => kept.delete(`${service}/${account}`),
  };
}

const broken = (message: string): Keytar => {
  const fail = async (): Promise<never> => {
    throw new Error(message);
  };
  return { getPassword: fail, setPassword: fail, deletePassword: fail };
};

test('keeps a key under the service loki, gives it back and removes it', async () => {
  const keytar = inMemory();
  const keychain = openKeychain(async () => keytar);
  expect(await keychain.read('anthropic')).toBeNull();
  expect(await keychain.write('anthropic', 'a-key')).toEqual({ kind: 'kept' });
  expect([...keytar.kept]).toEqual([['loki/anthropic', 'a-key']]);
  expect(await keychain.read('anthropic')).toBe('a-key');
  expect(await keychain.remove('anthropic')).toBe(true);
  expect(await keychain.remove('anthropic')).toBe(false);
});

describe.skipIf(process.platform !== 'linux')('without a keychain', () => {
  const missing = async (): Promise<Keytar> => await Promise.reject(new Error('Failed to load keytar native addon'));
  test.each([
    ['the library is missing', missing, /apt install libsecret-1-0/],
    [
      'no bus is there',
      async () => broken('Cannot autolaunch D-Bus without X11 $DISPLAY'),
      /apt install gnome-keyring/,
    ],
    ['it is locked', async () => broken('Cannot create an item in a locked collection'), /locked; unlock it/],
    [
      'it takes a key and loses it',
      async () => ({ ...inMemory(), getPassword: async () => null }),
      /did not keep the key/,
    ],
  ])('because %s, nothing fails and the way out is said', async (_, load, words) => {
    const keychain = openKeychain(load);
    expect(await keychain.read('anthropic')).toBeNull();
    const written = await keychain.write('anthropic', 'a-key');
    expect(written).toEqual({ kind: 'unavailable', message: expect.stringMatching(words) as string });
    expect(JSON.stringify(written)).not.toContain('a-key');
  });
});

const programs = ['/usr/bin/dbus-run-session', '/usr/bin/gnome-keyring-daemon'];
const hasSecretService = programs.every((program) => existsSync(program));

describe.skipIf(!hasSecretService)('with a real Secret Service (packages dbus, gnome-keyring, libsecret-1-0)', () => {
  async function aHome(): Promise<string> {
    const folder = await temporaryFolder({ 'home/': '', 'run/': '' });
    chmodSync(path.join(folder, 'run'), 0o700);
    mkdirSync(path.join(folder, 'home/.local/share/keyrings'), { recursive: true });
    return folder;
  }

  /** Keeps, reads and removes a key in a session on a bus of its own, after a preparation. */
  function under(folder: string, preparation: string, bus: readonly string[] = []): unknown {
    const script = path.join(import.meta.dirname, 'keychainProcess.ts');
    const command = `${preparation} exec '${process.execPath}' --disable-warning=MODULE_TYPELESS_PACKAGE_JSON '${script}'`;
    const { stdout } = spawnSync('dbus-run-session', [...bus, '--', 'sh', '-c', command], {
      encoding: 'utf8',
      timeout: 60_000,
      env: { PATH: process.env['PATH'], HOME: path.join(folder, 'home'), XDG_RUNTIME_DIR: path.join(folder, 'run') },
    });
    return JSON.parse(stdout) as unknown;
  }
  const unlocked = 'printf test | gnome-keyring-daemon --unlock --components=secrets >/dev/null;';
  const unavailable = (words: RegExp) => ({
    written: { kind: 'unavailable', message: expect.stringMatching(words) as string },
    read: null,
    removed: false,
    after: null,
  });

  test('a key is kept, read and removed; while the keyring is locked the way out is said', async () => {
    const folder = await aHome();
    expect(under(folder, unlocked)).toEqual({ written: { kind: 'kept' }, read: 'a-key', removed: true, after: null });
    // The keyring is there now, and nobody gives its password.
    const locked = 'gnome-keyring-daemon --start --components=secrets >/dev/null 2>&1;';
    expect(under(folder, locked)).toEqual(unavailable(/locked; unlock it/));
  });

  test('a bus without a service says what to install and start', async () => {
    const folder = await aHome();
    // A bus that knows no services could start none by itself.
    const config = path.join(folder, 'bus.conf');
    writeFileSync(
      config,
      '<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">' +
        `<busconfig><type>session</type><listen>unix:tmpdir=${folder}</listen><policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>`,
    );
    expect(under(folder, '', [`--config-file=${config}`])).toEqual(
      unavailable(/no secret service.*apt install gnome-keyring/),
    );
  });

  test('no bus at all says what to install and start', () => {
    const script = path.join(import.meta.dirname, 'keychainProcess.ts');
    const stdout = execFileSync(process.execPath, ['--disable-warning=MODULE_TYPELESS_PACKAGE_JSON', script], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], HOME: '/nonexistent' },
    });
    expect(JSON.parse(stdout)).toEqual(unavailable(/no secret service.*dbus-run-session/));
  });
});
