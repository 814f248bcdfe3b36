import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import * as z from 'zod';
import { publicKeyBytes } from '../note/noteKey.ts';
import type { SigningKey } from './signingKeys.ts';

// How a user's keys are written where they are kept: one JSON value, the newest key first.

const keysSchema = z.array(z.strictObject({ pkcs8: z.base64(), createdAt: z.iso.datetime() })).min(1);

export function printKeys(keys: readonly SigningKey[]): string {
  return JSON.stringify(
    keys.map(({ privateKey, createdAt }) => ({
      pkcs8: privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
      createdAt,
    })),
  );
}

/** Null where the text holds no keys. */
export function parseKeys(text: string): readonly [SigningKey, ...SigningKey[]] | null {
  try {
    const [first, ...rest] = keysSchema.parse(JSON.parse(text)).map(({ pkcs8, createdAt }) => {
      const privateKey = createPrivateKey({ key: Buffer.from(pkcs8, 'base64'), format: 'der', type: 'pkcs8' });
      if (privateKey.asymmetricKeyType !== 'ed25519') throw new TypeError('not an Ed25519 key');
      return { privateKey, publicKey: publicKeyBytes(createPublicKey(privateKey)), createdAt };
    });
    return first === undefined ? null : [first, ...rest];
  } catch {
    return null;
  }
}

export function newSigningKey(at: Date): SigningKey {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return { privateKey, publicKey: publicKeyBytes(publicKey), createdAt: at.toISOString() };
}
