import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Failure } from '../../../server/src/base/failure.ts';
import { mergeConfig } from '../../../server/src/config/mergeConfig.ts';
import type { ConfigDocument } from '../../../server/src/config/schema.ts';
import type { Tier } from '../../../server/src/config/tier.ts';
import { resolveEndpoint } from '../../../server/src/models/endpoint.ts';
import { modelCallOf } from '../../../server/src/models/modelCall.ts';
import { judgeModelCall } from '../../../server/src/policy/residency.ts';
import { checkProviderIn } from '../../../server/src/runs/checkProvider.ts';
import { requestWith } from '../models/modelPermit.ts';

// What programs are told about residency and what a run would be told are one answer, whatever is configured where.

const known = ['anthropic', 'openai', 'google', 'azure', 'ollama', 'lmstudio', 'gate', 'vscode', 'demo'];
const addresses = [
  'https://api.anthropic.com/v1',
  'https://eu.api.openai.com/v1',
  'http://eu.api.openai.com/v1',
  'https://gate.example/v1',
  'https://gate.example:8443/v1',
  'http://127.0.0.1:4000/v1',
  'http://localhost.:4000/v1',
  'http://[::1]:4000/v1',
  'http://[::ffff:127.0.0.1]:4000/v1',
  'http://2130706433/v1',
  'http://0.0.0.0:4000/v1',
  'https://x.openai.azure.com/openai/v1',
];
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const address = fc.constantFrom(...addresses);
const regions = fc.constantFrom('us', 'EU', 'eu', 'cn');
const provider = fc.record({ base_url: address, region: regions }, { requiredKeys: [] });
const said: fc.Arbitrary<ConfigDocument> = fc.record({
  residency: fc.record(
    {
      allowed_providers: fc.subarray(known),
      allowed_regions: fc.uniqueArray(regions),
      air_gapped: fc.boolean(),
    },
    { requiredKeys: [] },
  ),
  models: fc.record({ providers: fc.dictionary(fc.constantFrom(...known), provider, { maxKeys: 4 }) }),
});
const environment = fc.record({
  ANTHROPIC_BASE_URL: maybe(address),
  OPENAI_BASE_URL: maybe(address),
  OLLAMA_HOST: maybe(fc.constantFrom('0.0.0.0', '10.0.0.5:11434', 'https://ollama.com', ':8080')),
  HTTPS_PROXY: maybe(fc.constantFrom('http://proxy.example:3128', 'socks5://x', 'http://a:%@b')),
  ALL_PROXY: maybe(fc.constantFrom('http://127.0.0.1:1')),
  NO_PROXY: maybe(fc.constantFrom('*', 'gate.example', '.openai.com, 127.0.0.1')),
});

test('what is asked for without a run is answered as a run would be', () => {
  fc.assert(
    fc.property(
      maybe(said),
      maybe(said),
      said,
      environment,
      fc.constantFrom(...known),
      (managed, user, project, env, name) => {
        const config = mergeConfig(
          [tierOf('managed', managed), tierOf('user', user), tierOf('project', project)],
          true,
        );
        const keys = Object.fromEntries(known.map((each) => [`${each.toUpperCase()}_API_KEY`, 'k']));
        const whole = { ...keys, ...env };
        const run = ((): boolean | null => {
          try {
            const choice = { settings: config.models, env: whole, provider: name, tier: 'fast' as const };
            const endpoint = resolveEndpoint(name === 'demo' ? choice : { ...choice, model: 'm' });
            const call = modelCallOf(endpoint, requestWith());
            return judgeModelCall(call, config.policy).every(({ decision }) => decision === 'ALLOW');
          } catch (error) {
            if (!(error instanceof Failure)) throw error;
            // Where nobody has said where it is, there is nothing that a run could ask.
            return error.code === 'provider_unknown' ? null : false;
          }
        })();
        fc.pre(run !== null);
        expect(checkProviderIn(config, whole, name, null)).toBe(run);
      },
    ),
    { numRuns: 500 },
  );
});

function tierOf(tier: Tier['tier'], values: ConfigDocument = {}): Tier {
  return { tier, values, sourceOf: () => ({ tier, file: null, line: null }) };
}
