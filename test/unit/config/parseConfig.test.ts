import { expect, it } from 'vitest';
import { parseConfig } from '../../../server/src/config/parseConfig.ts';

it.each<[text: string, says: string]>([
  ['scope: 7', '1:8: scope: must hold keys with values, or be left out'],
  ['scope: { denied_paths: secrets }', '1:24: scope.denied_paths: must be a list, such as [src/, docs/]'],
  ['scope: { allowed_extensions: .ts }', '1:30: scope.allowed_extensions: must be a list, such as [.ts, .md]'],
  ['scope: { denied_paths: [7] }', '1:25: scope.denied_paths[0]: must be text, in quotes where it looks like'],
  ['scope: { denied_commands: [""] }', '1:28: scope.denied_commands[0]: must not be empty'],
  [
    'models: { prices: { m: { input: 0.000003, output: 0.000015 } } }',
    '1:33: models.prices.m.input: is so little that it looks like a price for one token; write it for a million of them',
  ],
  [
    'models: { prices: { m: { input: -1, output: 0 } } }',
    '1:33: models.prices.m.input: must be US dollars per million',
  ],
  ['cost: { max_per_day: five }', '1:22: cost.max_per_day: must be a positive number of US dollars, such as 5.00'],
  ['run: { max_cycles: 101 }', '1:20: run.max_cycles: must be a whole number from 1 to 100'],
  ['run: { max_cycles: 2.5 }', '1:20: run.max_cycles: must be a whole number from 1 to 100'],
  ['residency: { air_gapped: "yes" }', '1:26: residency.air_gapped: must be true or false'],
  ['models: { providers: [a] }', '1:22: models.providers: must hold keys with values'],
  ['models: { providers: { a: { base_url: x } } }', '1:39: models.providers.a.base_url: must be an http or https'],
])('%s: what to write instead is said in plain words', (text, says) => {
  expect(() => parseConfig(text, 'config.yaml', 'project')).toThrow(`config.yaml:${says}`);
});
