import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';

const here = path.join(import.meta.dirname, '..');

const manifest = {
  name: 'e2e-models',
  displayName: 'Models of the Tests',
  publisher: 'loki-e2e',
  version: '1.0.0',
  engines: { vscode: '^1.105.0' },
  extensionKind: ['workspace'],
  main: './extension.cjs',
  activationEvents: ['onStartupFinished'],
  enabledApiProposals: ['chatProvider'],
  contributes: { languageModelChatProviders: [{ vendor: 'e2e', displayName: 'Models of the Tests' }] },
};

/** The extension that brings a language model, as a folder that VS Code can load; answers with that folder. */
export async function bundleModelExtension(): Promise<string> {
  const folder = path.join(here, '.temp/modelExtension');
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'package.json'), JSON.stringify(manifest));
  await build({
    entryPoints: [path.join(here, 'modelExtension/extension.ts')],
    outfile: path.join(folder, 'extension.cjs'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['vscode'],
    logLevel: 'error',
  });
  return folder;
}
