import path from 'node:path';
import { sha256 } from '../base/digest.ts';
import { Failure } from '../base/failure.ts';
import { joinPolicies, type Policies } from '../policy/policies/policies.ts';
import type { ConfigFile } from './config.ts';
import { managedConfigFile } from './managedConfigFile.ts';
import { parsePolicies } from './parsePolicies.ts';
import { allInvalid, configInvalid } from './problem.ts';
import { findConfigFile, readStrictText } from './readConfigFile.ts';

const names = ['policies.yaml', 'policies.json'];

/** Spellings that people try; a file under such a name would silently count for nothing. */
const misnamed = ['policies.yml', 'policy.yaml', 'policy.yml', 'policy.json'];

interface Place {
  readonly tier: ConfigFile['tier'];
  readonly folder: string;
  readonly shownFolder: string;
  /** The folder that the file must not leave through a link. */
  readonly within: string | null;
}

/**
 * Reads the policies files of all tiers: beside the managed configuration, in `$LOKI_HOME` and in `.loki/`. What is wrong
 * in any of them is one `config_invalid` failure: a broken policy never means "no policy".
 */
export async function readPolicies(from: {
  readonly workspace: string;
  readonly env: NodeJS.ProcessEnv;
  readonly lokiHome: string;
}): Promise<{ readonly policies: Policies; readonly files: readonly ConfigFile[] }> {
  const results = await Promise.allSettled(placesOf(from).map(readIfAny));
  const failed = results.filter((result) => result.status === 'rejected').map((result) => result.reason as unknown);
  const failures = failed.filter((error) => error instanceof Failure);
  // Anything but a failure is a bug and passes as it is.
  if (failures.length < failed.length) throw failed.find((error) => !(error instanceof Failure));
  const [first, ...others] = failures;
  if (first !== undefined) throw others.length === 0 ? first : allInvalid(failures);
  const found = results.flatMap((result) => (result.status === 'fulfilled' && result.value ? [result.value] : []));
  return { policies: joinPolicies(found.map(({ policies }) => policies)), files: found.map(({ file }) => file) };
}

function placesOf({ workspace, env, lokiHome }: Parameters<typeof readPolicies>[0]): readonly Place[] {
  const named = env['LOKI_MANAGED_CONFIG'];
  const managed = [managedConfigFile(process.platform, env), ...(named ? [path.resolve(named)] : [])];
  const folders = [...new Set(managed.map((file) => path.dirname(file)))];
  return [
    ...folders.map((folder): Place => ({ tier: 'managed', folder, shownFolder: folder, within: null })),
    { tier: 'user', folder: lokiHome, shownFolder: lokiHome, within: null },
    { tier: 'project', folder: path.join(workspace, '.loki'), shownFolder: '.loki', within: workspace },
  ];
}

async function readIfAny({
  tier,
  folder,
  shownFolder,
  within,
}: Place): Promise<{ readonly file: ConfigFile; readonly policies: Policies } | null> {
  for (const name of misnamed) {
    if ((await findConfigFile(folder, [name])) === null) continue;
    const where = path.join(shownFolder, name);
    throw configInvalid([{ where, message: 'is not read under this name; rename it to policies.yaml' }]);
  }
  const file = await findConfigFile(folder, names);
  if (file === null) return null;
  const shownAs = path.join(shownFolder, path.basename(file));
  const text = await readStrictText(file, shownAs, within);
  return { file: { tier, path: file, sha256: sha256(text) }, policies: parsePolicies(text, shownAs, tier) };
}
