import type { ActionOf } from '#protocol/action';
import { Failure } from '../base/failure.ts';
import type { Config } from '../config/config.ts';
import { addressOf } from '../models/addressOf.ts';
import { resolveRegion } from '../models/endpoint.ts';
import { providerTable } from '../models/providerTable.ts';
import { proxyFor } from '../models/proxy.ts';
import { judgeModelCall } from '../policy/residency.ts';

/**
 * Whether residency would let a provider be asked, at the address where it would be reached. False for what is unknown.
 * Names are taken in any case, as the lists take them, and always mean the provider that a run would ask.
 */
export function checkProviderIn(
  { models: settings, policy }: Pick<Config, 'models' | 'policy'>,
  env: NodeJS.ProcessEnv,
  provider: string,
  region: string | null,
): boolean {
  try {
    const action = callTo(nameIn(settings, provider), region, { settings, env });
    return judgeModelCall(action, policy).every(({ decision }) => decision === 'ALLOW');
  } catch (error) {
    if (error instanceof Failure) return false;
    throw error;
  }
}

function nameIn({ providers }: Config['models'], asked: string): string {
  const wanted = asked.trim().toLowerCase();
  const names = [...Object.keys(providers), ...providerTable.map(({ name }) => name)];
  return names.find((name) => name.toLowerCase() === wanted) ?? asked;
}

function callTo(
  provider: string,
  region: string | null,
  where: { readonly settings: Config['models']; readonly env: NodeJS.ProcessEnv },
): ActionOf<'model_call'> {
  const call = { kind: 'model_call', provider, model: 'any' } as const;
  if (provider === 'demo') return call;
  if (provider === 'vscode') return region === null ? call : { ...call, region };
  const endpoint = knownAddress(provider, where);
  // Nobody has said where it is: the name and the region are all that can be judged.
  if (endpoint === null) return region === null ? call : { ...call, region };
  const proxy = proxyFor(endpoint, where.env);
  const there = region ?? resolveRegion(provider, endpoint, where.settings);
  return {
    ...call,
    endpoint,
    ...(there === null ? {} : { region: there }),
    ...(proxy === null ? {} : { proxy: proxy.address }),
  };
}

function knownAddress(provider: string, where: Parameters<typeof addressOf>[1]): string | null {
  try {
    return addressOf(provider, where);
  } catch (error) {
    if (error instanceof Failure && error.code === 'provider_unknown') return null;
    throw error;
  }
}
