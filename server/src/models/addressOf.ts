import { Failure } from '../base/failure.ts';
import { ollamaAddress, parseAddress, withVersion } from './address.ts';
import { knownProvider } from './providerTable.ts';
import type { ModelSettings } from './settings.ts';

/**
 * Where a provider is reached: the configured address, else the one of its variable, else its own. The configuration
 * goes first: what a platform team has set there must not give way to a variable.
 */
export function addressOf(
  provider: string,
  { settings, env }: { readonly settings: Pick<ModelSettings, 'providers'>; readonly env: NodeJS.ProcessEnv },
): string {
  const known = knownProvider(provider);
  const configured = Object.hasOwn(settings.providers, provider) ? settings.providers[provider]?.baseUrl : null;
  const where = `models.providers.${provider}.base_url`;
  const complete = (address: string): string =>
    known === null || known.version === null ? address : withVersion(address, known.version);
  if (configured) return complete(parseAddress(configured, where));
  if (provider === 'ollama') return ollamaAddress(env['OLLAMA_HOST']);
  const variable = known?.addressVariable ?? null;
  const fromEnv = variable === null ? undefined : env[variable]?.trim();
  if (variable !== null && fromEnv) return complete(parseAddress(fromEnv, variable));
  if (known !== null && known.address !== null) return known.address;
  throw new Failure('provider_unknown', `the provider ${provider} needs an address; set ${where} in the configuration`);
}
