import { expect, test } from 'vitest';
import { auditList } from '#protocol/audit';
import { keyForget, keyList, keyRemember, keyRemove, keySet } from '#protocol/key';
import { runEvents } from '#protocol/task';
import { workspaceRead } from '#protocol/workspace';
import type { Keychain } from '../../../server/src/keychain/keychain.ts';
import { openEdge, repository } from './edge.ts';

const key = 'sk-ant-api03-not-a-real-key-but-long-enough-0123456789';

test.each([
  ['a path that is none', workspaceRead.method, { workspace: '' }, /workspace does not fit/],
  ['a path that is not absolute', workspaceRead.method, { workspace: 'project' }, /no absolute path/],
  ['nothing at all', workspaceRead.method, null, /the parameters does not fit|does not fit/],
  ['a member too many', workspaceRead.method, { workspace: '/', more: key }, /members that are not known/],
  ['a key that is too long', keySet.method, { provider: 'anthropic', key: key.repeat(200) }, /key does not fit/],
  ['a name that is no provider', keySet.method, { provider: '../x', key }, /provider does not fit/],
  ['a window without end', auditList.method, { workspace: '/', filter: {}, offset: 0, limit: 1e9 }, /does not fit/],
])('refuses %s, and repeats nothing of it', async (_, method, params, words) => {
  const { editor } = await openEdge(await repository());
  const refused = await editor.connection.sendRequest(method, params).then(
    () => null,
    (error: unknown) => error,
  );
  expect(refused).toMatchObject({ message: expect.stringMatching(words) as string });
  expect(JSON.stringify(refused) + editor.logged.join()).not.toContain(key.slice(0, 20));
});

test('answers what is not there with its code and a sentence, never with a stack', async () => {
  const workspace = await repository();
  const { editor } = await openEdge(workspace);
  const refused: unknown = await editor
    .ask(runEvents, { workspace, runId: '../../etc', after: 0 })
    .catch((e: unknown) => e);
  expect(refused).toMatchObject({
    data: { code: 'run_unknown' },
    message: expect.stringContaining('there is no run') as string,
  });
  expect(JSON.stringify(refused)).not.toContain('.ts:');
});

test('keeps a key in the keychain, and says where keys are but never a key', async () => {
  const kept = new Map<string, string>();
  const keychain: Keychain = {
    read: async (provider) => kept.get(provider) ?? null,
    write: async (provider, value) => {
      kept.set(provider, value);
      return { kind: 'kept' };
    },
    remove: async (provider) => kept.delete(provider),
    problem: () => null,
  };
  const workspace = await repository();
  const { editor } = await openEdge(workspace, { keychain, env: { OPENAI_API_KEY: 'in-the-environment' } });
  await editor.ask(keyRemember, { provider: 'anthropic', key: 'an-older-one' });
  expect(await editor.ask(keySet, { provider: 'anthropic', key: ` ${key}\n` })).toEqual({
    kind: 'kept',
    place: 'keychain',
  });
  expect(kept.get('anthropic')).toBe(key);
  expect(await editor.ask(keyList, {})).toEqual({
    keys: [
      { provider: 'anthropic', place: 'keychain' },
      { provider: 'openai', place: 'environment' },
    ],
  });
  const { providers } = await editor.ask(workspaceRead, { workspace });
  expect(providers.find(({ name }) => name === 'anthropic')).toEqual({
    name: 'anthropic',
    detail: "its key is in the system's keychain",
    isReady: true,
    lacksKey: false,
    isSimulated: false,
  });
  expect(await editor.ask(keyRemove, { provider: 'anthropic' })).toEqual({ removed: true });
  expect((await editor.ask(keyList, {})).keys.map(({ provider }) => provider)).toEqual(['openai']);
  expect(editor.logged.join()).not.toContain(key.slice(0, 20));
});

test('refuses what is no key, and keeps one in memory where there is no keychain', async () => {
  const { editor } = await openEdge(await repository());
  expect(await editor.ask(keySet, { provider: 'anthropic', key: 'two words' })).toMatchObject({ kind: 'refused' });
  expect(await editor.ask(keySet, { provider: 'anthropic', key })).toEqual({
    kind: 'no_keychain',
    message: 'there is no keychain here; install one',
  });
  expect(await editor.ask(keyRemember, { provider: 'anthropic', key })).toEqual({});
  expect(await editor.ask(keyList, {})).toEqual({ keys: [{ provider: 'anthropic', place: 'memory' }] });
  expect(await editor.ask(keyForget, { provider: 'anthropic' })).toEqual({});
  expect(await editor.ask(keyList, {})).toEqual({ keys: [] });
});
