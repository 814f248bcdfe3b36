import { keyVariable } from '../models/key.ts';
import { providerTable } from '../models/providerTable.ts';
import { configInvalid, type Problem } from './problem.ts';
import type { Tier } from './tier.ts';

/**
 * Refuses two providers whose keys are looked for under one name, such as `Anthropic` beside `anthropic`: the key of one
 * would be sent to the address of the other.
 */
export function refuseSharedKeys(tiers: readonly Tier[]): void {
  const owners = new Map(providerTable.map(({ name }) => [keyVariable(name), name]));
  const problems: Problem[] = [];
  for (const { values, sourceOf } of tiers) {
    for (const name of Object.keys(values.models?.providers ?? {})) {
      const variable = keyVariable(name);
      const owner = owners.get(variable) ?? name;
      owners.set(variable, owner);
      if (owner === name) continue;
      const { file, line } = sourceOf(['models', 'providers', name]);
      const message = `models.providers.${name}: its key would be that of ${owner} (${variable}); call it ${owner} if it is the same provider, else choose another name`;
      problems.push({ where: line === null ? (file ?? 'models.providers') : `${file ?? ''}:${line}`, message });
    }
  }
  if (problems.length > 0) throw configInvalid(problems);
}
