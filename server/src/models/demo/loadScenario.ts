import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Failure } from '../../base/failure.ts';
import { parseScenario, type Scenario } from './scenario.ts';

/** Reads the scenario `name` from `<assetsFolder>/scenarios/<name>.yaml`. */
export async function loadScenario(assetsFolder: string, name: string): Promise<Scenario> {
  if (!/^[a-z][a-z0-9-]{0,63}$/.test(name)) {
    throw new Failure('scenario_invalid', `"${name.slice(0, 64)}" is no name of a scenario`);
  }
  return readScenario(path.join(assetsFolder, 'scenarios', `${name}.yaml`));
}

/** Reads a scenario from a file of any name; tests keep theirs beside them. */
export async function readScenario(file: string): Promise<Scenario> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new Failure('scenario_invalid', `the scenario ${file} cannot be read`, { cause: error });
  }
  return parseScenario(text, file);
}
