import { readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { Failure, systemErrorCode } from '../base/failure.ts';
import { configInvalid } from './problem.ts';

// A workspace below the root of its repository: whoever wrote rules at the root means them for all of it. Only the
// workspace's own rules are read, so rules above it are refused instead of passed over. Never runs git.

const rulesFile = /^((config|policies)\.(ya?ml|json)|residency\.json)$/i;

/** Refuses a workspace below a folder of the same repository whose `.loki/` has rules that would not hold in it. */
export async function refuseRulesAbove(workspace: string, lokiHome: string): Promise<void> {
  const home = await real(lokiHome);
  for (const folder of await foldersAbove(workspace)) {
    const loki = path.join(folder, '.loki');
    // A home folder may be a repository too; its rules hold everywhere, as the user's.
    if ((await real(loki)) === home) continue;
    const rules = await rulesIn(loki);
    if (rules === null) continue;
    const shown = path.relative(await real(workspace), path.join(loki, rules));
    throw new Failure(
      'config_invalid',
      `rules of this project lie in ${shown} and would not hold here: start in ${folder}, or give --workspace ${folder}`,
    );
  }
}

/** The folders above a workspace in its repository, nearest first, its root included; none where it is in no repository. */
export async function foldersAbove(workspace: string): Promise<readonly string[]> {
  const folders: string[] = [];
  let folder = await real(workspace);
  while (!(await isRoot(folder))) {
    const parent = path.dirname(folder);
    if (parent === folder) return [];
    folders.push(parent);
    folder = parent;
  }
  return folders;
}

/** A `.git` that git itself would pass over, such as an empty folder, must not end the search early. */
async function isRoot(folder: string): Promise<boolean> {
  const git = path.join(folder, '.git');
  const found = await unlessMissing(git, async () => await stat(git));
  if (found === null || found.isFile()) return found !== null;
  return (await unlessMissing(git, async () => await readdir(git)))?.includes('HEAD') ?? false;
}

async function rulesIn(folder: string): Promise<string | null> {
  const names = await unlessMissing(folder, async () => await readdir(folder));
  const rules = names?.find((name) => rulesFile.test(name));
  if (rules !== undefined || names === null) return rules ?? null;
  // Other profiles are asked for by name, and missed; this one counts unasked.
  const gates = path.join(folder, 'gates');
  const profiles = await unlessMissing(gates, async () => await readdir(gates));
  return profiles?.includes('default.conf') === true ? path.join('gates', 'default.conf') : null;
}

async function real(folder: string): Promise<string> {
  return (await unlessMissing(folder, async () => await realpath(folder))) ?? path.resolve(folder);
}

/** What cannot be looked at is a failure: there might be rules in it. */
async function unlessMissing<T>(where: string, look: () => Promise<T>): Promise<T | null> {
  try {
    return await look();
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    const message = `cannot be looked at (${code ?? 'unknown error'}); make it readable`;
    throw configInvalid([{ where, message }], { cause: error });
  }
}
