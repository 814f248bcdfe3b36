import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { noteKey, publicKeyBytes, type NoteKey, type NoteKeyKind } from '../../../../server/src/audit/note/noteKey.ts';

/** A fresh key pair under a name. */
export function aKey(
  name: string,
  kind: NoteKeyKind = 'note',
): { readonly key: NoteKey; readonly privateKey: KeyObject } {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return { key: noteKey(name, publicKeyBytes(publicKey), kind), privateKey };
}

/** One line of a cosignature over the text of a checkpoint, as a witness answers it (C2SP tlog-cosignature). */
export function cosign(text: string, seconds: number, key: NoteKey, privateKey: KeyObject): string {
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(BigInt(seconds));
  const signature = sign(null, Buffer.from(`cosignature/v1\ntime ${seconds}\n${text}`), privateKey);
  const data = Buffer.concat([Buffer.from(key.id, 'hex'), time, signature]);
  return `— ${key.name} ${data.toString('base64')}\n`;
}
