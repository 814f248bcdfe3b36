import { spawn } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { openSigningKeys } from '../../../../server/src/audit/keys/openSigningKeys.ts';
import type { KeyReading, KeyVault } from '../../../../server/src/audit/keys/signingKeys.ts';
import { systemClock } from '../../../../server/src/base/clock.ts';
import { temporaryFolder } from '../../storage/temporaryFolder.ts';

/** A keychain in memory, which can be locked: then it answers as if there were nothing in it. */
function aVault() {
  const kept = new Map<string, string>();
  let isLocked = false;
  const vault: KeyVault = {
    read: async (account) => await Promise.resolve(isLocked ? null : (kept.get(account) ?? null)),
    write: async (account, secret) => {
      if (isLocked) return await Promise.resolve({ kind: 'unavailable' });
      kept.set(account, secret);
      return { kind: 'kept' };
    },
  };
  return {
    vault,
    kept,
    lock: (locked: boolean) => {
      isLocked = locked;
    },
  };
}

const keysAt = (lokiHome: string, vault: KeyVault | null) => openSigningKeys({ lokiHome, vault, clock: systemClock });
const publicKeys = (reading: KeyReading) =>
  reading.kind === 'keys' ? reading.keys.map(({ publicKey }) => publicKey.toString('hex')) : reading;
const file = (home: string) => path.join(home, 'audit-keys.json');

describe('the keys that sign the audit log', () => {
  test('are in a file that only the user may read, where there is no keychain', async () => {
    const home = temporaryFolder();
    const first = await keysAt(home, null).read();
    expect(first).toMatchObject({ kind: 'keys', protection: 'file' });
    expect(statSync(file(home)).mode & 0o777).toBe(0o600);
    chmodSync(file(home), 0o644);
    expect(publicKeys(await keysAt(home, null).read())).toEqual(publicKeys(first));
    expect(statSync(file(home)).mode & 0o777).toBe(0o600);
  });

  test('are in no file, where there is one', async () => {
    const home = temporaryFolder();
    const { vault, kept } = aVault();
    const first = await keysAt(home, vault).read();
    expect(first).toMatchObject({ kind: 'keys', protection: 'keychain' });
    expect([...kept.keys()]).toEqual(['audit-signing-keys']);
    expect(readFileSync(file(home), 'utf8')).toBe('{"keptIn":"keychain"}\n');
    expect(publicKeys(await keysAt(home, vault).read())).toEqual(publicKeys(first));
    // The keychain outlives the folder.
    expect(publicKeys(await keysAt(temporaryFolder(), vault).read())).toEqual(publicKeys(first));
  });

  test('are not replaced by others while the keychain does not answer', async () => {
    const home = temporaryFolder();
    const { vault, kept, lock } = aVault();
    await keysAt(home, vault).read();
    const before = [...kept.values()];
    lock(true);
    expect(await keysAt(home, vault).read()).toMatchObject({ kind: 'unavailable' });
    expect(await keysAt(home, vault).rotate()).toMatchObject({ kind: 'unavailable' });
    expect(await keysAt(home, null).read()).toMatchObject({ kind: 'unavailable' });
    lock(false);
    expect([...kept.values()]).toEqual(before);
  });

  test('are kept when a new one is made, the newest first', async () => {
    const home = temporaryFolder();
    const first = publicKeys(await keysAt(home, null).read());
    const both = publicKeys(await keysAt(home, null).rotate());
    expect(both).toEqual([expect.any(String), ...(Array.isArray(first) ? first : [])]);
    expect(publicKeys(await keysAt(home, null).read())).toEqual(both);
  });

  test.each(['', '{}', '{"keptIn":"file","keys":"[]"}', '{"keptIn":"file","keys":"hello"}'])(
    'that are damaged are not replaced: %j',
    async (content) => {
      const home = temporaryFolder();
      writeFileSync(file(home), content);
      await expect(keysAt(home, null).read()).rejects.toMatchObject({ code: 'audit_unwritable' });
      expect(readFileSync(file(home), 'utf8')).toBe(content);
    },
  );

  test('are made once, by however many processes at once', async () => {
    const home = path.join(temporaryFolder(), 'home');
    const script = path.join(import.meta.dirname, 'readKeysProcess.ts');
    const said = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const child = spawn(process.execPath, ['--no-warnings', script, home], {
          stdio: ['ignore', 'pipe', 'inherit'],
        });
        return await text(child.stdout);
      }),
    );
    expect(new Set(said).size).toBe(1);
    expect(said[0]).toMatch(/^[0-9a-f]{64}\n$/);
    expect(existsSync(file(home))).toBe(true);
  });
});
