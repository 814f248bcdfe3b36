import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';

/** A real folder with these files in it (a name that ends in a slash is a folder), removed when the test ends. */
export async function temporaryFolder(files: Readonly<Record<string, string>> = {}): Promise<string> {
  const folder = await realpath(await mkdtemp(path.join(os.tmpdir(), 'loki-test-')));
  onTestFinished(async () => await rm(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    const place = path.join(folder, name);
    await mkdir(name.endsWith('/') ? place : path.dirname(place), { recursive: true });
    if (!name.endsWith('/')) await writeFile(place, content);
  }
  return folder;
}
