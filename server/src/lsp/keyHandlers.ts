import { keyForget, keyList, keyRemember, keyRemove, keySet } from '#protocol/key';
import type { ProviderKeys } from '../keychain/providerKeys.ts';
import type { Rpc } from './rpc.ts';

/** `changed` is told whenever another key may count: what is known of providers is read anew. */
export function bindKeyHandlers(rpc: Rpc, keys: ProviderKeys, changed: () => void): void {
  rpc.answer(keySet, async ({ provider, key }) => {
    const result = await keys.keep(provider, key);
    if (result.kind === 'kept') changed();
    return result;
  });
  rpc.answer(keyRemember, async ({ provider, key }) => {
    keys.remember(provider, key);
    changed();
    return {};
  });
  rpc.answer(keyForget, async ({ provider }) => {
    keys.forget(provider);
    changed();
    return {};
  });
  rpc.answer(keyRemove, async ({ provider }) => {
    const removed = await keys.remove(provider);
    if (removed) changed();
    return { removed };
  });
  rpc.answer(keyList, async () => {
    const found = await Promise.all(
      [...keys.known].sort().map(async (provider) => ({ provider, place: await keys.placeOf(provider) })),
    );
    return { keys: found.flatMap(({ provider, place }) => (place === null ? [] : [{ provider, place }])) };
  });
}
