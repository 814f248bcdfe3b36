import { chmod, cp, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { build, type BuildOptions, type Plugin } from 'esbuild';

// Writes dist/: the launcher, the engine, and the model libraries in a bundle of their own that is loaded on first use.

const root = path.join(import.meta.dirname, '..');
const dist = path.join(root, 'dist');

/** Leaves the dynamic import of models/sdk.ts in place, pointing at the second bundle. */
const modelsApart: Plugin = {
  name: 'models-apart',
  setup(bundle) {
    bundle.onResolve({ filter: /\/sdk\.ts$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: './models.js', external: true } : undefined,
    );
  },
};

const { version } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as { version: string };

const common: BuildOptions = {
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node22',
  absWorkingDir: root,
  define: {
    'import.meta.dirname': '__dirname',
    'import.meta.url': '__bundleUrl',
    lokiVersion: JSON.stringify(version),
  },
  // Some libraries ask createRequire(import.meta.url) for Node's own modules.
  banner: { js: "const __bundleUrl = require('node:url').pathToFileURL(__filename).href;" },
  legalComments: 'none',
  logLevel: 'warning',
  metafile: true,
};

await rm(dist, { recursive: true, force: true });
const bundles = await Promise.all([
  build({
    ...common,
    entryPoints: ['server/src/cli.ts'],
    outfile: 'dist/loki.js',
    plugins: [modelsApart],
  }),
  build({
    ...common,
    entryPoints: ['server/src/models/sdk.ts'],
    outfile: 'dist/models.js',
  }),
  cp(path.join(root, 'server/launcher.cjs'), path.join(dist, 'cli.js')),
  cp(path.join(root, 'server/assets'), path.join(dist, 'assets'), { recursive: true }),
  cp(path.join(root, 'server/src/agents/roster'), path.join(dist, 'roster'), { recursive: true }),
]);
await chmod(path.join(dist, 'cli.js'), 0o755);

if (!process.argv.includes('--quiet')) {
  for (const bundle of bundles) {
    for (const [file, { bytes }] of Object.entries(bundle?.metafile?.outputs ?? {})) {
      process.stdout.write(`${file}  ${(bytes / 1024).toFixed(0)} kB\n`);
    }
  }
}
