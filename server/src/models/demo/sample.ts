import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { digestOf, sha256 } from '../../base/digest.ts';

/** One file of a workspace: its path relative to the root, with forward slashes, and its bytes. */
export type WorkspaceFile = readonly [path: string, content: string | Uint8Array];

/** One digest over names and contents, whatever the order of the files: the same files, the same digest. */
export function sampleDigest(files: Iterable<WorkspaceFile>): string {
  const entries = Array.from(files, ([name, content]) => [name, sha256(content)] as const);
  return digestOf(Object.fromEntries(entries));
}

/**
 * The files of the bundled sample project. In the assets a leading dot is written `dot-`: packagers drop or interpret
 * `.gitignore` and hidden folders.
 */
export async function readSample(assetsFolder: string): Promise<readonly (readonly [string, Buffer])[]> {
  const root = path.join(assetsFolder, 'sample');
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files: (readonly [string, Buffer])[] = [];
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    const segments = path.relative(root, file).split(path.sep);
    files.push([segments.map((name) => name.replace(/^dot-/, '.')).join('/'), await readFile(file)]);
  }
  return files.sort(([a], [b]) => (a < b ? -1 : 1));
}
