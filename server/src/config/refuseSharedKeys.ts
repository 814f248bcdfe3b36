import { sharedKeysIn } from '../models/sharedKeys.ts';
import { configInvalid } from './problem.ts';
import type { Tier } from './tier.ts';

/**
 * Refuses two providers whose keys are looked for under one name, such as `Anthropic` beside `anthropic`: the key of one
 * would be sent to the address of the other.
 */
export function refuseSharedKeys(tiers: readonly Tier[]): void {
  const said = tiers.flatMap(({ values, sourceOf }) =>
    Object.keys(values.models?.providers ?? {}).map((name) => ({ name, sourceOf })),
  );
  const problems = sharedKeysIn(said.map(({ name }) => name)).map(({ name, owner, variable }) => {
    const source = said.find((provider) => provider.name === name)?.sourceOf(['models', 'providers', name]);
    const where = [source?.file ?? 'models.providers', source?.line ?? null].filter((part) => part !== null).join(':');
    const message = `models.providers.${name}: its key would be that of ${owner} (${variable}); call it ${owner} if it is the same provider, else choose another name`;
    return { where, message };
  });
  if (problems.length > 0) throw configInvalid(problems);
}
