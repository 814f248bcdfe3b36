import { lstat, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { syncFolder } from '../../base/atomicFile.ts';
import { Failure, systemErrorCode } from '../../base/failure.ts';

/** Makes sure of the audit folder (0700 where it is made here), its name durable. A link in its place is not followed. */
export async function makeFolder(folder: string): Promise<void> {
  for (const place of governed(folder)) await refuseLink(place);
  const firstMade = await mkdir(folder, { recursive: true, mode: 0o700 });
  await refuseLink(folder);
  if (firstMade === undefined) return;
  const outermost = path.dirname(firstMade);
  for (let parent = path.dirname(path.resolve(folder)); ; parent = path.dirname(parent)) {
    await syncFolder(parent);
    if (parent === outermost || parent === path.dirname(parent)) return;
  }
}

/** The folders from `.loki` down to this one: a repository can bring each of them, and the person's own lie above. */
function governed(folder: string): readonly string[] {
  const places: string[] = [];
  for (let place = path.resolve(folder); place !== path.dirname(place); place = path.dirname(place)) {
    places.unshift(place);
    if (path.basename(place) === '.loki') return places;
  }
  return [];
}

async function refuseLink(folder: string): Promise<void> {
  const found = await lstat(folder).catch((error: unknown) => {
    if (systemErrorCode(error) === 'ENOENT') return null;
    throw error;
  });
  if (found === null || found.isDirectory()) return;
  throw new Failure(
    'audit_unwritable',
    `the audit folder ${folder} is a link, and Loki does not follow it; remove it, or name the folder that it leads to in the configuration`,
  );
}
