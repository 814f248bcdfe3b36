import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { Failure } from '../../base/failure.ts';
import { parseScenario, type Scenario } from './scenario.ts';

/** Reads the scenario `name` from `<assetsFolder>/scenarios/<name>.yaml`. */
export async function loadScenario(assetsFolder: string, name: string): Promise<Scenario> {
  const folder = path.join(assetsFolder, 'scenarios');
  const known = await namesIn(folder);
  if (known.includes(name)) return await readScenario(path.join(folder, `${name}.yaml`));
  throw new Failure(
    'scenario_invalid',
    `there is no scenario ${JSON.stringify(name.slice(0, 64))}; known: ${known.join(', ')}; a file is named with its folder, such as ./mine.yaml`,
  );
}

/** Reads a scenario from a file of any name; tests keep theirs beside them. */
export async function readScenario(file: string): Promise<Scenario> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new Failure(
      'scenario_invalid',
      `the scenario ${file} cannot be read; check its name and that you may read it`,
      { cause: error },
    );
  }
  return parseScenario(text, file);
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    const files = await readdir(folder);
    return files.flatMap((file) => /^(.+)\.yaml$/.exec(file)?.[1] ?? []).toSorted();
  } catch (error) {
    throw new Failure('scenario_invalid', `the scenarios in ${folder} cannot be read; install Loki again`, {
      cause: error,
    });
  }
}
