import { Failure } from '../base/failure.ts';
import { loadConfig } from '../config/loadConfig.ts';
import { placeInWords, type ProviderKeys } from '../keychain/providerKeys.ts';
import { keyVariable } from '../models/key.ts';
import { knownProvider, providerTable } from '../models/providerTable.ts';
import type { World } from '../runs/world.ts';
import { exitFailed, type CliCommand, type CliContext } from './command.ts';
import { hiddenInput } from './hiddenInput.ts';
import { readOptions, workspaceOf } from './options.ts';
import { readInput } from './readInput.ts';

const longest = 8192;

/**
 * `loki key`: provider keys in the system's keychain. A key is typed unseen or comes on standard input; it is never an
 * argument, which every process of the machine could read, and never printed.
 */
export function makeKeyCommand(world: World, keys: ProviderKeys): CliCommand {
  return {
    name: 'key',
    summary: "Keep a provider's key in the keychain of the system, or remove it",
    usage: [
      'loki key set PROVIDER       asks for the key, or reads it from standard input',
      'loki key list               which providers have a key, and where',
      'loki key remove PROVIDER',
    ].join('\n'),
    options: [],
    run: async (args, ctx) => {
      const { values, positionals } = readOptions(args, {});
      const [act, provider, ...rest] = positionals;
      if (act === 'list') {
        if (provider !== undefined) throw new Failure('usage', 'loki key list takes no argument; see --help');
        return await list(world, keys, workspaceOf(values, ctx), values.json === true, ctx);
      }
      if (act !== 'set' && act !== 'remove') throw new Failure('usage', 'say loki key set, list or remove; see --help');
      if (rest.length > 0) {
        throw new Failure(
          'usage',
          `loki key ${act} takes the name of a provider and nothing else; a key is never an argument: type it when asked, or give it on standard input`,
        );
      }
      const name = providerName(provider, act);
      // One that is no longer configured may still have a key, so removing takes any name.
      if (act === 'set') await demandProvider(world, workspaceOf(values, ctx), name);
      const said = act === 'set' ? await set(keys, name, ctx) : await remove(keys, name);
      if (values.json === true) ctx.print(`${JSON.stringify(said.json)}\n`);
      else ctx.tell(`${said.words}\n`);
      return said.exitCode;
    },
  };
}

interface Said {
  readonly words: string;
  readonly json: object;
  readonly exitCode: number;
}

/** Before a key is asked for: under a name that nothing reads it would lie in the keychain for nobody. */
async function demandProvider({ env, lokiHome }: World, workspace: string, name: string): Promise<void> {
  if (knownProvider(name) !== null) return;
  const own = Object.keys((await loadConfig({ workspace, env, lokiHome })).models.providers);
  if (own.includes(name)) return;
  const keyed = providerTable.filter(({ key }) => key !== 'never').map((provider) => provider.name);
  // The name is not repeated: whoever mistakes the place puts the key there.
  throw new Failure(
    'provider_unknown',
    `there is no such provider; there are ${[...new Set([...keyed, ...own])].join(', ')}. One of your own needs a base_url under models.providers in the configuration; --workspace says of which project`,
  );
}

async function set(keys: ProviderKeys, provider: string, ctx: CliContext): Promise<Said> {
  const key = await readKeyFrom(ctx, provider);
  if (key === null) return { words: 'Nothing was changed', json: { provider, place: null }, exitCode: exitFailed };
  if (key.trim() === '') {
    const what = ctx.stdin.isTTY ? 'no key was typed' : 'no key came on standard input';
    const how = `loki key set ${provider} asks for it in a terminal, or reads it from a file: loki key set ${provider} < key.txt`;
    throw new Failure('key_missing', `${what}, so nothing was changed; ${how}`);
  }
  const kept = await keys.keep(provider, key);
  switch (kept.kind) {
    case 'kept': {
      const words = `The key for ${provider} is in the system's keychain`;
      return { words, json: { provider, place: kept.place }, exitCode: 0 };
    }
    case 'refused':
      throw new Failure('key_missing', kept.message);
    case 'no_keychain':
      throw new Failure(
        'keychain_unavailable',
        `${kept.message}. Without a keychain, set ${keyVariable(provider)} for the process alone, or keep the key in VS Code with "Loki: Set Provider Key"; Loki writes keys to no file`,
      );
  }
}

async function remove(keys: ProviderKeys, provider: string): Promise<Said> {
  const removed = await keys.remove(provider);
  const place = await keys.placeOf(provider);
  const left = place === 'environment' ? `; ${placeInWords(place, provider)}, where only you can unset it` : '';
  const problem = keys.problem();
  if (!removed && problem !== null) {
    throw new Failure('keychain_unavailable', `no key for ${provider} was removed: ${problem}${left}`);
  }
  const words = removed ? `The key for ${provider} is removed` : `There was no key for ${provider} in the keychain`;
  return { words: `${words}${left}`, json: { provider, removed }, exitCode: 0 };
}

async function list(
  world: World,
  keys: ProviderKeys,
  workspace: string,
  asJson: boolean,
  ctx: CliContext,
): Promise<number> {
  const { models } = await loadConfig({ workspace, env: world.env, lokiHome: world.lokiHome });
  const names = [...new Set([...keys.known, ...Object.keys(models.providers)])].sort();
  const found: { readonly provider: string; readonly place: string; readonly words: string }[] = [];
  // One after the other: a keychain that has to ask a person asks once.
  for (const provider of names) {
    const place = await keys.placeOf(provider);
    if (place !== null) found.push({ provider, place, words: placeInWords(place, provider) });
  }
  const problem = keys.problem();
  if (asJson) {
    ctx.print(`${JSON.stringify({ keys: found.map(({ provider, place }) => ({ provider, place })), problem })}\n`);
    return 0;
  }
  for (const { provider, words } of found) ctx.print(`${provider.padEnd(14)} ${words}\n`);
  if (found.length === 0) ctx.print('No provider has a key; keep one with: loki key set anthropic\n');
  if (problem !== null) ctx.tell(`The keychain was not read: ${problem}\n`);
  return 0;
}

function providerName(name: string | undefined, act: string): string {
  if (name === undefined) throw new Failure('usage', `say whose key: loki key ${act} anthropic`);
  // Not repeated: whoever mistakes the place puts the key there.
  if (!/^[a-z][a-z0-9_.-]{0,63}$/i.test(name) || /^(sk-|AIza)/.test(name)) {
    throw new Failure(
      'usage',
      'this is no name of a provider; say loki key set anthropic, and give the key when asked',
    );
  }
  if (knownProvider(name)?.key === 'never') throw new Failure('usage', `the provider ${name} needs no key`);
  return name;
}

async function readKeyFrom(ctx: CliContext, provider: string): Promise<string | null> {
  if (ctx.stdin.isTTY) return await hiddenInput(ctx, `Key for ${provider} (not shown): `);
  const input = await readInput(ctx);
  if (input.length > longest) {
    throw new Failure(
      'key_missing',
      `more than ${longest} bytes came on standard input; give the key and nothing else`,
    );
  }
  return input.toString('utf8').replace(/\r?\n$/, '');
}
