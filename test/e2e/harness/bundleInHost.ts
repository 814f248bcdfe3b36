import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';

const here = path.join(import.meta.dirname, '..');

/**
 * The tests that run inside of the extension host, as files that it can load; answers with the one to name to VS Code.
 * They lie in this folder, so that mocha is found beside them.
 */
export async function bundleInHost(): Promise<string> {
  const folder = path.join(here, '.temp/inHost');
  await mkdir(folder, { recursive: true });
  await build({
    entryPoints: ['run', 'stories'].map((name) => path.join(here, 'inHost', `${name}.ts`)),
    outdir: folder,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['vscode', 'mocha'],
    logLevel: 'error',
  });
  return path.join(folder, 'run.cjs');
}
