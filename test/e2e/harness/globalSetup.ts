import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { codeServer } from './codeServer.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the packaged extension is installed; shared by all editors, which only read it. */
    readonly extensionsFolder: string;
  }
}

const root = path.join(import.meta.dirname, '../../..');

/** Installs the packaged extension once. What is tested is the .vsix, never the source beside it. */
export default function setUp(project: TestProject): () => void {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'loki-e2e-extensions-'));
  const extensions = path.join(folder, 'extensions');
  const profile = path.join(folder, 'profile');
  mkdirSync(extensions);
  const { status, stderr } = spawnSync(
    process.execPath,
    [
      codeServer,
      '--user-data-dir',
      profile,
      '--extensions-dir',
      extensions,
      '--install-extension',
      packagedExtension(),
    ],
    {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], HOME: folder, EXTENSIONS_GALLERY: '{}' },
    },
  );
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  if (status !== 0) {
    remove();
    throw new Error(`the extension could not be installed: ${stderr}`);
  }
  rmSync(path.join(import.meta.dirname, '../.screenshots'), { recursive: true, force: true });
  project.provide('extensionsFolder', extensions);
  return remove;
}

function packagedExtension(): string {
  const named = process.env['LOKI_E2E_VSIX'];
  if (named !== undefined) return named;
  const [latest] = [root, path.join(root, 'dist')]
    .flatMap((folder) => readdirSync(folder).map((name) => path.join(folder, name)))
    .filter((file) => file.endsWith('.vsix'))
    .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  if (latest === undefined) throw new Error('there is no .vsix; run `npm run package` first');
  return latest;
}
