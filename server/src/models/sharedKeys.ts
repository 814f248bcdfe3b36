import { keyVariable } from './key.ts';
import { providerTable } from './providerTable.ts';

export interface SharedKey {
  readonly name: string;
  /** The provider whose key it would be given. */
  readonly owner: string;
  readonly variable: string;
}

/** Those of the configured providers whose keys are looked for under the variable of another, such as `Anthropic`. */
export function sharedKeysIn(names: readonly string[]): readonly SharedKey[] {
  const owners = new Map(providerTable.map(({ name }) => [keyVariable(name), name]));
  return names.flatMap((name) => {
    const variable = keyVariable(name);
    const owner = owners.get(variable) ?? name;
    owners.set(variable, owner);
    return owner === name ? [] : [{ name, owner, variable }];
  });
}
