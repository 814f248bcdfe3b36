import path from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { Failure } from '../../../server/src/base/failure.ts';
import type { CliContext } from '../../../server/src/cli/command.ts';
import { makeKeyCommand } from '../../../server/src/cli/key.ts';
import type { Keychain } from '../../../server/src/keychain/keychain.ts';
import { createProviderKeys } from '../../../server/src/keychain/providerKeys.ts';
import { testWorld } from '../../scenario/play.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

const own = 'models: { providers: { my-gateway: { base_url: "https://gateway.example/v1" } } }\n';

interface Given {
  readonly input?: string;
  readonly config?: string;
  /** Why there is no keychain. */
  readonly problem?: string;
}

/** Runs `loki key`; answers with what it said, the keys that the keychain has then, and whether the input was looked at. */
async function key(args: readonly string[], { input = '', config = '', problem }: Given = {}) {
  const workspace = await temporaryFolder({ '.loki/config.yaml': config, 'home/': '' });
  const kept: Record<string, string> = {};
  const keychain: Keychain = {
    read: async (provider) => kept[provider] ?? null,
    problem: () => problem ?? null,
    write: async (provider, text) => {
      kept[provider] = text;
      return { kind: 'kept' };
    },
    remove: async (provider) => problem === undefined && Reflect.has(kept, provider) && delete kept[provider],
  };
  const stdin = new PassThrough();
  stdin.end(input);
  let said = '';
  const ctx: CliContext = {
    env: {},
    cwd: workspace,
    // Only what an input that is no terminal has is used of it.
    stdin: stdin as unknown as NodeJS.ReadStream,
    print: (text) => (said += text),
    tell: (text) => (said += text),
    isInteractive: false,
    printsToTerminal: false,
    signal: new AbortController().signal,
  };
  const world = testWorld(path.join(workspace, 'home'));
  try {
    await makeKeyCommand(world, createProviderKeys(keychain, {})).run(args, ctx);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    said += `${error.code}: ${error.message}`;
  }
  return { said, kept, isRead: stdin.readableDidRead };
}

describe('loki key set', () => {
  test.each(['nosuch', 'OPENAI', 'constructor'])(
    '%s: that there is none is said before a key is read',
    async (name) => {
      const { said, kept, isRead } = await key(['set', name], { input: 'sk-abc\n', config: own });
      expect(said).toMatch(
        /^provider_unknown: there is no such provider; there are anthropic, openai, .*, my-gateway\./,
      );
      expect(said).not.toContain('demo');
      expect([kept, isRead]).toEqual([{}, false]);
    },
  );

  test.each(['anthropic', 'ollama', 'my-gateway'])('%s takes a key', async (name) => {
    const { kept, isRead } = await key(['set', name], { input: 'sk-abc\n', config: own });
    expect([kept, isRead]).toEqual([{ [name]: 'sk-abc' }, true]);
  });

  test('a built-in provider takes one also where the configuration is broken', async () => {
    expect((await key(['set', 'openai'], { input: 'k', config: 'models: {' })).kept).toEqual({ openai: 'k' });
  });

  test.each(['', '\n', '  \r\n'])('%j on standard input is no key, and that is what is said', async (input) => {
    const { said, kept } = await key(['set', 'anthropic'], { input });
    expect(said).toMatch(/^key_missing: no key came on standard input, .*loki key set anthropic < key\.txt$/);
    expect(kept).toEqual({});
  });

  test.each([
    ['two words', 'holds spaces'],
    ['a'.repeat(9000), 'more than 8192 bytes'],
  ])('what is no key is refused in words of its own', async (input, says) => {
    const { said, kept } = await key(['set', 'anthropic'], { input });
    expect(said).toContain(says);
    expect(kept).toEqual({});
  });
});

describe('loki key remove', () => {
  test('takes a name that is no longer configured', async () => {
    expect((await key(['remove', 'nosuch'])).said).toBe('There was no key for nosuch in the keychain\n');
  });

  test('does not say that there was none where nobody could look', async () => {
    const { said } = await key(['remove', 'openai'], { problem: 'there is no keychain here; install one' });
    expect(said).toBe('keychain_unavailable: no key for openai was removed: there is no keychain here; install one');
  });
});
