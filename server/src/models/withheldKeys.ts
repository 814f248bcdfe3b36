import type { WithheldKey } from '../base/withheldKey.ts';
import { keyVariables } from './key.ts';
import { providerTable } from './providerTable.ts';
import type { ModelSettings } from './settings.ts';

/**
 * Every variable that may hold a provider's key, of the providers that are built in and of the configuration's own, with
 * what these environments have there.
 */
export function withheldKeys(
  settings: Pick<ModelSettings, 'providers'>,
  environments: readonly NodeJS.ProcessEnv[],
): readonly WithheldKey[] {
  const builtIn = providerTable.filter(({ key }) => key !== 'never').map(({ name }) => name);
  const providers = [...new Set([...builtIn, ...Object.keys(settings.providers)])];
  return providers.flatMap((provider) =>
    keyVariables(provider).map((variable) => {
      const found = environments.map((env) => (env[variable] ?? '').trim()).filter((key) => key !== '');
      return { provider, variable, values: [...new Set(found)] };
    }),
  );
}
