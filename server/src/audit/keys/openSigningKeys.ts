import { chmod, lstat, readFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { writeFileAtomically } from '../../base/atomicFile.ts';
import type { Clock } from '../../base/clock.ts';
import { Failure, systemErrorCode } from '../../base/failure.ts';
import { acquireLock } from '../../storage/lock.ts';
import { newSigningKey, parseKeys, printKeys } from './keyText.ts';
import type { KeyReading, KeyVault, SigningKey, SigningKeys } from './signingKeys.ts';

// A user's signing keys: in the system's keychain, or, where there is none, in a file that only the user may read. The
// file says which: where the keychain holds the keys and does not answer, no other key may take their place.

const account = 'audit-signing-keys';

const keyFile = z.discriminatedUnion('keptIn', [
  z.strictObject({ keptIn: z.literal('keychain') }),
  z.strictObject({ keptIn: z.literal('file'), keys: z.string() }),
]);
type KeyFile = z.infer<typeof keyFile>;
type Keys = readonly [SigningKey, ...SigningKey[]];

export interface SigningKeyPlaces {
  readonly lokiHome: string;
  /** Null: keys are kept in the file. */
  readonly vault: KeyVault | null;
  readonly clock: Clock;
}

export function openSigningKeys({ lokiHome, vault, clock }: SigningKeyPlaces): SigningKeys {
  const file = path.join(lokiHome, 'audit-keys.json');
  // Two processes that begin at once must not make two keys.
  const alone = async <T>(work: () => Promise<T>): Promise<T> => {
    const lock = await acquireLock(path.join(lokiHome, 'audit-keys.lock'), { waitMs: lockWaitMs });
    if (lock === null)
      throw new Failure('audit_unwritable', `${file} has been locked for too long; end the process that holds it`);
    try {
      return await work();
    } finally {
      lock.release();
    }
  };
  return {
    read: async () => {
      const known = await readKeyFile(file);
      if (known !== null) return await open(known);
      return await alone(async () => {
        const made = await readKeyFile(file);
        if (made !== null) return await open(made);
        // A keychain outlives a removed folder.
        const kept = parseKeys((await vault?.read(account)) ?? '');
        return await keep(kept ?? [newSigningKey(clock.now())]);
      });
    },
    rotate: async () =>
      await alone(async () => {
        const known = await readKeyFile(file);
        const reading = known === null ? null : await open(known);
        if (reading?.kind === 'unavailable') return reading;
        return await keep([newSigningKey(clock.now()), ...(reading?.keys ?? [])]);
      }),
  };

  async function open(known: KeyFile): Promise<KeyReading> {
    if (known.keptIn === 'file') {
      const keys = parseKeys(known.keys);
      if (keys !== null) return { kind: 'keys', keys, protection: 'file' };
      throw damaged(file);
    }
    const keys = parseKeys((await vault?.read(account)) ?? '');
    if (keys !== null) return { kind: 'keys', keys, protection: 'keychain' };
    return { kind: 'unavailable', why: 'the keychain, which holds the keys that sign the audit log, does not answer' };
  }

  /** In the keychain where there is one. What is kept there is in no file. */
  async function keep(keys: Keys): Promise<KeyReading> {
    const text = printKeys(keys);
    const isInVault = (await vault?.write(account, text))?.kind === 'kept';
    const content: KeyFile = isInVault ? { keptIn: 'keychain' } : { keptIn: 'file', keys: text };
    await writeFileAtomically(file, `${JSON.stringify(content)}\n`);
    return { kind: 'keys', keys, protection: isInVault ? 'keychain' : 'file' };
  }
}

/** Longer than a keychain may take to ask a person. */
const lockWaitMs = 90_000;

async function readKeyFile(file: string): Promise<KeyFile | null> {
  const text = await readPrivately(file);
  if (text === null) return null;
  const parsed = keyFile.safeParse(parseJson(text));
  if (!parsed.success) throw damaged(file);
  return parsed.data;
}

async function readPrivately(file: string): Promise<string | null> {
  try {
    const found = await lstat(file);
    if (!found.isFile()) throw damaged(file);
    if (process.platform !== 'win32' && (found.mode & 0o077) !== 0) await chmod(file, 0o600);
    return await readFile(file, 'utf8');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return null;
    throw error;
  }
}

function damaged(file: string): Failure {
  return new Failure(
    'audit_unwritable',
    `${file} does not hold the keys that sign the audit log; put back a copy of it, or move it away, and new keys are made`,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
