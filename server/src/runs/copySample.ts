import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { readSample } from '../models/demo/sample.ts';
import { git } from '../workspace/git.ts';

/** Copies the bundled sample project to a new temporary folder, as a repository with one commit. Answers the folder. */
export async function copySample(assetsFolder: string): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'loki-sample-'));
  for (const [name, content] of await readSample(assetsFolder)) {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
  }
  const sample = git(folder);
  await sample.text(['init', '--quiet', '--initial-branch=main']);
  await sample.text(['add', '--all', '--force']);
  const identity = { name: 'Loki sample', email: 'sample@loki.invalid' };
  const tree = (await sample.text(['write-tree'])).trim();
  const commit = (await sample.text(['commit-tree', tree, '-m', 'Start the sample project'], { identity })).trim();
  await sample.text(['update-ref', 'refs/heads/main', commit]);
  return folder;
}
