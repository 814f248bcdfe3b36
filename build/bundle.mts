import { existsSync } from 'node:fs';
import { chmod, cp, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { build, type BuildOptions, type BuildResult, type Plugin } from 'esbuild';
import { standalone } from './standalone.mts';

// Writes dist/: the launcher, the engine for the terminal and for the editor, the extension and its pages, and the model
// libraries in a bundle of their own that is loaded on first use.

const root = path.join(import.meta.dirname, '..');
const dist = path.join(root, 'dist');

/** Leaves the dynamic import of a source file in place, pointing at the bundle that holds it. */
function apart(source: RegExp, path: string): Plugin {
  return {
    name: 'apart',
    setup(bundle) {
      bundle.onResolve({ filter: source }, ({ kind }) =>
        kind === 'dynamic-import' ? { path, external: true } : undefined,
      );
    },
  };
}
const modelsApart = apart(/\/sdk\.ts$/, './models.js');
// The library of the language client is most of the client's code, and none of it is needed to activate.
const processApart = apart(/\/startProcess\.ts$/, './client.js');

const { version } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as { version: string };

const common: BuildOptions = {
  bundle: true,
  absWorkingDir: root,
  legalComments: 'none',
  logLevel: 'warning',
  metafile: true,
};

const node: BuildOptions = {
  ...common,
  platform: 'node',
  format: 'cjs',
  target: 'node22',
  define: {
    'import.meta.dirname': '__dirname',
    'import.meta.filename': '__filename',
    'import.meta.url': '__bundleUrl',
    lokiVersion: JSON.stringify(version),
  },
  // Some libraries ask createRequire(import.meta.url) for Node's own modules.
  banner: { js: "const __bundleUrl = require('node:url').pathToFileURL(__filename).href;" },
};

const client: BuildOptions = { ...node, external: ['vscode'], minify: true };

const page: BuildOptions = {
  ...common,
  platform: 'browser',
  format: 'iife',
  target: 'es2022',
  minify: true,
  // Without this condition lit is built with the checks and warnings of its development build.
  conditions: ['production'],
  define: { 'process.env.NODE_ENV': '"production"' },
};

/** Builds one bundle; nothing where its source is not there. */
async function bundle(options: BuildOptions, source: string, outfile: string): Promise<BuildResult | null> {
  if (!existsSync(path.join(root, source))) return null;
  return await build({ ...options, entryPoints: [source], outfile });
}

/** keytar's binary for each system, where keytar looks for it: beside the bundle that holds its code. */
async function copyKeychain(): Promise<void> {
  const prebuilds = path.join(root, 'node_modules/@github/keytar/prebuilds');
  for (const name of await readdir(prebuilds)) {
    const file = path.join(prebuilds, name, 'keytar.node');
    if (existsSync(file)) await cp(file, path.join(dist, 'prebuilds', name, 'keytar.node'));
  }
}

await rm(dist, { recursive: true, force: true });
const [, , , , ...bundles] = await Promise.all([
  cp(path.join(root, 'server/launcher.cjs'), path.join(dist, 'cli.js')),
  cp(path.join(root, 'server/assets'), path.join(dist, 'assets'), { recursive: true }),
  cp(path.join(root, 'server/src/agents/roster'), path.join(dist, 'roster'), { recursive: true }),
  copyKeychain(),
  bundle({ ...node, plugins: [modelsApart] }, 'server/src/cli.ts', 'dist/loki.js'),
  bundle({ ...node, plugins: [modelsApart] }, 'server/src/main.ts', 'dist/sidecar.js'),
  bundle(node, 'server/src/auditLibrary.ts', 'dist/audit.js'),
  bundle(node, 'server/src/policyLibrary.ts', 'dist/policy.js'),
  bundle(node, 'server/src/policyWorker.ts', 'dist/policyWorker.js'),
  bundle(node, 'server/src/models/sdk.ts', 'dist/models.js'),
  bundle(standalone(root, version), 'server/src/verifyAudit.ts', 'dist/verify-audit.mjs'),
  bundle({ ...client, plugins: [processApart] }, 'client/src/extension.ts', 'dist/extension.js'),
  bundle(client, 'client/src/sidecar/startProcess.ts', 'dist/client.js'),
  ...['task', 'audit', 'gates', 'cost'].map(
    async (name) => await bundle(page, `webview/src/${name}/main.ts`, `dist/pages/${name}.js`),
  ),
]);
if (existsSync(path.join(root, 'media'))) {
  await cp(path.join(root, 'media'), path.join(dist, 'media'), { recursive: true });
}
for (const program of ['cli.js', 'verify-audit.mjs']) await chmod(path.join(dist, program), 0o755);

if (!process.argv.includes('--quiet')) {
  for (const built of bundles) {
    for (const [file, { bytes }] of Object.entries(built?.metafile?.outputs ?? {})) {
      process.stdout.write(`${file}  ${(bytes / 1024).toFixed(0)} kB\n`);
    }
  }
}
