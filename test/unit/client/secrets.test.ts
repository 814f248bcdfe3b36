import { expect, test } from 'vitest';
import { handOverKeys, rememberKey } from '../../../client/src/secrets.ts';

/** The parts of an editor and a sidecar that keys go through. */
function place(secrets: Map<string, string>, state: Map<string, unknown>) {
  const handed: unknown[] = [];
  const kept = {
    extension: {
      secrets: {
        get: async (name: string) => secrets.get(name),
        store: async (name: string, value: string) => void secrets.set(name, value),
        delete: async (name: string) => void secrets.delete(name),
      },
      globalState: {
        get: (name: string) => state.get(name),
        update: async (name: string, value: unknown) => void state.set(name, value),
      },
    },
    sidecar: { ask: async (_message: unknown, params: unknown) => void handed.push(params) },
  };
  // Only these members are looked at.
  return { kept: kept as unknown as Parameters<typeof handOverKeys>[0], handed };
}

test('a sidecar that starts gets every key that the editor keeps, and its names alone are in the open', async () => {
  const secrets = new Map<string, string>();
  const state = new Map<string, unknown>();
  const { kept } = place(secrets, state);
  await rememberKey(kept, 'anthropic', 'k-one');
  await rememberKey(kept, 'openai', 'k-two');
  expect([...state.values()]).toEqual([['anthropic', 'openai']]);

  const next = place(secrets, state);
  expect(await handOverKeys(next.kept)).toEqual([]);
  expect(next.handed).toEqual([
    { provider: 'anthropic', key: 'k-one' },
    { provider: 'openai', key: 'k-two' },
  ]);
});

test('a key that the editor has not kept is told once', async () => {
  const secrets = new Map<string, string>();
  const state = new Map<string, unknown>();
  const { kept } = place(secrets, state);
  await rememberKey(kept, 'anthropic', 'k-one');
  await rememberKey(kept, 'openai', 'k-two');
  secrets.delete('loki.key.anthropic');

  const next = place(secrets, state);
  expect(await handOverKeys(next.kept)).toEqual(['anthropic']);
  expect(next.handed).toEqual([{ provider: 'openai', key: 'k-two' }]);
  expect(await handOverKeys(next.kept)).toEqual([]);
});
