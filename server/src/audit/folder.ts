import { lstat, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { syncFolder } from '../base/atomicFile.ts';
import { Failure } from '../base/failure.ts';

/** Makes sure of the audit folder (0700 where it is made here), its name durable. A link in its place is not followed. */
export async function makeFolder(folder: string): Promise<void> {
  const firstMade = await mkdir(folder, { recursive: true, mode: 0o700 });
  const found = await lstat(folder);
  if (!found.isDirectory()) {
    throw new Failure(
      'audit_unwritable',
      `the audit folder ${folder} is a link, and Loki does not follow it; remove it, or name the folder that it leads to in the configuration`,
    );
  }
  if (firstMade === undefined) return;
  const outermost = path.dirname(firstMade);
  for (let parent = path.dirname(path.resolve(folder)); ; parent = path.dirname(parent)) {
    await syncFolder(parent);
    if (parent === outermost || parent === path.dirname(parent)) return;
  }
}
