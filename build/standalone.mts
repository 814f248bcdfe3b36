import path from 'node:path';
import type { BuildOptions } from 'esbuild';

/** How the verifier for auditors is built: one file that anybody can read, without dependencies, for Node 18 and later. */
export function standalone(root: string, version: string): BuildOptions {
  const oldCrypto = path.join(root, 'build/oldCrypto.mjs');
  return {
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node18',
    legalComments: 'none',
    logLevel: 'warning',
    metafile: true,
    banner: {
      js: [
        '#!/usr/bin/env node',
        `// Verifies an audit log that Loki wrote, or a proof about one. Loki ${version}; see docs/audit-format.md. Needs only Node.`,
      ].join('\n'),
    },
    plugins: [
      {
        name: 'crypto of an old Node',
        setup(bundle) {
          bundle.onResolve({ filter: /^node:crypto$/ }, ({ importer }) =>
            importer === oldCrypto ? undefined : { path: oldCrypto },
          );
        },
      },
    ],
  };
}
