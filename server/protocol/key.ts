import * as z from 'zod/mini';
import { clientRequest } from './message.ts';

const provider = z.string().check(z.regex(/^[A-Za-z][A-Za-z0-9_.-]{0,63}$/));

/** Where a key is kept: the system's keychain, the sidecar's memory (the editor keeps it), or the environment. */
export const keyPlace = z.enum(['keychain', 'memory', 'environment']);

/**
 * Hands a key to the sidecar, which puts it into the keychain. Without one it answers `no_keychain` with the way out; the
 * client may then keep it in the editor's own secret storage and hand it over with `keyRemember` at each start.
 */
export const keySet = clientRequest(
  'loki/key/set',
  z.strictObject({ provider, key: z.string().check(z.minLength(1), z.maxLength(4096)) }),
  z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('kept'), place: keyPlace }),
    z.strictObject({ kind: z.literal('no_keychain'), message: z.string() }),
    z.strictObject({ kind: z.literal('refused'), message: z.string() }),
  ]),
);

/** Keeps a key in the sidecar's memory alone. */
export const keyRemember = clientRequest(
  'loki/key/remember',
  z.strictObject({ provider, key: z.string().check(z.minLength(1), z.maxLength(4096)) }),
  z.strictObject({}),
);

/** Lets go of a key in the sidecar's memory: in another window it was removed from where the editor keeps it. */
export const keyForget = clientRequest('loki/key/forget', z.strictObject({ provider }), z.strictObject({}));

export const keyRemove = clientRequest(
  'loki/key/remove',
  z.strictObject({ provider }),
  z.strictObject({ removed: z.boolean() }),
);

/** Which providers have a key and where; never a key. */
export const keyList = clientRequest(
  'loki/key/list',
  z.strictObject({}),
  z.strictObject({ keys: z.array(z.strictObject({ provider: z.string(), place: keyPlace })) }),
);
