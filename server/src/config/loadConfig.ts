import path from 'node:path';
import { digestOf } from '../base/digest.ts';
import { Failure } from '../base/failure.ts';
import { noPolicies } from '../policy/policies/policies.ts';
import { withheldKeys } from '../models/withheldKeys.ts';
import type { ServiceSettings } from '../tools/services/settings.ts';
import type { Config } from './config.ts';
import { readEnvironment } from './environment.ts';
import { managedConfigFile } from './managedConfigFile.ts';
import { mergeConfig } from './mergeConfig.ts';
import { allInvalid, configInvalid } from './problem.ts';
import { readPolicies } from './readPolicies.ts';
import { findConfigFile, readConfigFile, type TierFile } from './readConfigFile.ts';
import { readOlderResidency } from './readOlderResidency.ts';
import { readServices, type ProjectServices } from './readServices.ts';
import { refuseRulesAbove } from './rulesAbove.ts';
import { refuseSharedKeys } from './refuseSharedKeys.ts';
import type { Tier } from './tier.ts';

const configNames = ['config.yaml', 'config.json'];

/** Spellings that people try; a file under such a name would silently count for nothing. */
const misnamed = ['config.yml'];

export interface ConfigPlaces {
  readonly workspace: string;
  readonly env: NodeJS.ProcessEnv;
  readonly lokiHome: string;
  /** False in a workspace that the user has not trusted: its files may only tighten. */
  readonly isTrusted?: boolean;
}

/**
 * Reads all tiers and merges them. Anything wrong in any of them is a `config_invalid` failure that lists the problems
 * with file, line and column: a broken configuration never means "nothing set". Reads only.
 */
export async function loadConfig({ workspace, env, lokiHome, isTrusted = true }: ConfigPlaces): Promise<Config> {
  const folder = path.join(workspace, '.loki');
  await refuseRulesAbove(workspace, lokiHome);
  const results = await Promise.allSettled([
    readManaged(env),
    readIfAny('user', lokiHome, lokiHome, null),
    readIfAny('project', folder, '.loki', workspace),
    readOlderResidency(folder, workspace),
  ]);
  const [policyFiles] = await Promise.allSettled([readPolicies({ workspace, env, lokiHome })]);
  const environment = attempt(() => readEnvironment(env));
  const failed = [...results, policyFiles, environment]
    .filter((result) => result.status === 'rejected')
    .map((result) => result.reason as unknown);
  if (failed.length > 0) throw together(failed);

  const [managed = [], user = [], project = [], older = []] = results.map((result) =>
    result.status === 'fulfilled' ? result.value : [],
  );
  const files = [...managed, ...user, ...project, ...older];
  const tierOf = (file: TierFile): Tier => ({ tier: file.file.tier, ...file.parsed });
  const tiers = [
    ...managed.map(tierOf),
    ...(environment.status === 'fulfilled' ? [environment.value] : []),
    ...user.map(tierOf),
    ...[...project, ...older].map(tierOf),
  ];
  refuseSharedKeys(tiers);
  const { policies, files: ofPolicies } =
    policyFiles.status === 'fulfilled' ? policyFiles.value : { policies: noPolicies, files: [] };
  const merged = mergeConfig(tiers, isTrusted, policies);
  const defined = isTrusted ? await readServices(workspace, withheldKeys(merged.models, [])) : noServices;
  return {
    ...merged,
    hash: hashWith(merged.hash, defined.services),
    files: [...files.map((file) => file.file), ...ofPolicies, ...defined.files],
    services: defined.services,
    serviceProblems: defined.problems,
  };
}

const noServices: ProjectServices = { services: [], problems: [], files: [] };

/** The hash of a configuration without servers is that of what is merged alone. */
function hashWith(hash: string, services: readonly ServiceSettings[]): string {
  return services.length === 0 ? hash : digestOf({ hash, services: services.map(({ definition }) => definition) });
}

/** The managed file of this machine and the one the environment names: naming one adds to the other, never replaces it. */
async function readManaged(env: NodeJS.ProcessEnv): Promise<readonly TierFile[]> {
  const usual = managedConfigFile(process.platform, env);
  const found = await findConfigFile(path.dirname(usual), [path.basename(usual)]);
  const named = env['LOKI_MANAGED_CONFIG'];
  const files = [...new Set([found, named ? path.resolve(named) : null])].filter((file) => file !== null);
  return await Promise.all(files.map(async (file) => await readConfigFile('managed', file, file, null)));
}

async function readIfAny(
  tier: 'user' | 'project',
  folder: string,
  shownFolder: string,
  within: string | null,
): Promise<readonly TierFile[]> {
  const wrong = await findConfigFile(folder, misnamed);
  if (wrong !== null) {
    throw configInvalid([
      {
        where: path.join(shownFolder, path.basename(wrong)),
        message: 'is not read under this name; rename it to config.yaml',
      },
    ]);
  }
  const file = await findConfigFile(folder, configNames);
  if (file === null) return [];
  return [await readConfigFile(tier, file, path.join(shownFolder, path.basename(file)), within)];
}

function attempt<T>(make: () => T): PromiseSettledResult<T> {
  try {
    return { status: 'fulfilled', value: make() };
  } catch (reason) {
    return { status: 'rejected', reason };
  }
}

/** One failure for all: a person mends every file in one go. Anything but a `Failure` is a bug and passes as it is. */
function together(failed: readonly unknown[]): unknown {
  const bug = failed.find((error) => !(error instanceof Failure));
  if (bug !== undefined || failed.length === 1) return bug ?? failed[0];
  return allInvalid(failed.filter((error) => error instanceof Failure));
}
