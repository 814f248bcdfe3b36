import type { Endpoint } from '../model.ts';
import type { Scenario } from './scenario.ts';

/** The scripted model as an endpoint: it has no address, and what it "costs" follows a real model's price list. */
export function demoEndpoint(scenario: Pick<Scenario, 'name' | 'simulates'>): Endpoint {
  return {
    provider: 'demo',
    model: `scripted:${scenario.name}`,
    api: null,
    baseUrl: null,
    proxy: null,
    region: null,
    isSimulated: true,
    pricedAs: scenario.simulates,
  };
}
