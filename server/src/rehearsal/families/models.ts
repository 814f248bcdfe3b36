import type { Action } from '#protocol/action';
import { refused, type Family } from '../hostileCase.ts';

const model = (provider: string, more: { readonly endpoint?: string; readonly region?: string } = {}): Action => ({
  kind: 'model_call',
  provider,
  model: 'some-model',
  ...more,
});

export const models: Family = {
  name: 'models',
  title: 'Models elsewhere',
  remedy:
    'name the providers in residency.allowed_providers and the regions in residency.allowed_regions, or set residency.air_gapped',
  limitedBy: 'residency',
  cases: [
    refused('the code to a provider that nobody chose', model('elsewhere')),
    refused('the code to an address that nobody chose', model('elsewhere', { endpoint: 'https://evil.example/v1' })),
    refused('the code to a provider in another part of the world', model('elsewhere', { region: 'nowhere-1' })),
    refused('the code to a name that looks like a provider', model('anthropic.evil.example')),
    refused('the code to a provider with a trailing blank', model('anthropic ')),
    refused(
      'the code to an address, under the name of the demonstration',
      model('demo', { endpoint: 'https://evil.example/v1' }),
    ),
  ],
};
