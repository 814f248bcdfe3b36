import { expect, test } from 'vitest';
import type { Keychain } from '../../../server/src/keychain/keychain.ts';
import { createProviderKeys } from '../../../server/src/keychain/providerKeys.ts';
import { loadModel } from '../../../server/src/models/load.ts';
import type { Endpoint } from '../../../server/src/models/model.ts';
import { startAnthropicServer } from '../../wire/anthropicServer.ts';
import { modelPermit, requestWith } from '../models/modelPermit.ts';

const nobody: Keychain = {
  read: async () => null,
  write: async () => ({ kind: 'unavailable', message: 'none here' }),
  remove: async () => false,
  problem: () => null,
};

test('a key that is removed while a run works is sent with no further request', async () => {
  const hi = { kind: 'answer', text: 'hi' } as const;
  const server = await startAnthropicServer([{ match: /./, turns: [hi, hi] }]);
  try {
    const keys = createProviderKeys(nobody, {});
    const pricedAs = { provider: 'anthropic', model: 'm' };
    const where = { api: 'anthropic', baseUrl: server.baseUrl, proxy: null, region: null } as const;
    const endpoint: Endpoint = { ...pricedAs, ...where, isSimulated: false, pricedAs };
    keys.remember('anthropic', 'the-key');
    const open = () => {
      const before = keys.removalsOf('anthropic');
      const isKeyRemoved = () => keys.removalsOf('anthropic') !== before;
      return loadModel({ kind: 'provider', endpoint, key: 'the-key', isKeyRemoved });
    };
    const send = async (model: ReturnType<typeof open>) => {
      const permit = modelPermit(endpoint, requestWith());
      return await model.send(permit, requestWith(), () => undefined, AbortSignal.timeout(20_000));
    };
    const model = open();
    expect(await send(model)).toMatchObject({ kind: 'answered' });
    for (const remove of [async () => void (await keys.remove('anthropic')), async () => keys.forget('anthropic')]) {
      keys.remember('anthropic', 'another-key');
      const next = open();
      await remove();
      expect(await send(next)).toMatchObject({ kind: 'failed', code: 'key_missing', isUnbilled: true });
    }
    expect(await send(model)).toMatchObject({ kind: 'failed', code: 'key_missing' });
    expect(server.requests).toHaveLength(1);
    keys.forget('anthropic');
    expect(await send(open())).toMatchObject({ kind: 'answered' });
  } finally {
    await server.close();
  }
});
