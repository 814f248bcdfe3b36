import path from 'node:path';
import { build } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import { readHouse } from './house.ts';

// The rules see what our own reading of the files sees. The bundler reads the same files for a living: what it found is
// compared with what we found, so that no file and no import escapes the rules.

const root = path.join(import.meta.dirname, '..', '..');
const entryPoints = ['server/src/cli.ts', 'server/src/main.ts', 'server/src/models/sdk.ts'];
const house = readHouse(root);

/** What a file loads, by the bundler's word: files of ours by path, everything else as it is written. */
const bundled = new Map<string, ReadonlySet<string>>();

beforeAll(async () => {
  const { metafile } = await build({
    entryPoints,
    absWorkingDir: root,
    outdir: 'dist',
    write: false,
    metafile: true,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    // Libraries are not our files, and reading them takes long.
    packages: 'external',
    logLevel: 'silent',
    logOverride: { 'empty-import-meta': 'silent' },
  });
  for (const [file, { imports }] of Object.entries(metafile.inputs)) {
    bundled.set(
      file,
      new Set(imports.map(({ path: to, external }) => (external === true ? to.replace(/^node:/, '') : to))),
    );
  }
});

describe('the reading of imports', () => {
  it('knows every file of the bundles', () => {
    expect([...bundled.keys()].filter((file) => !house.files.has(file))).toEqual([]);
    for (const entry of entryPoints) expect([...bundled.keys()]).toContain(entry);
  });

  it('finds what the bundler finds in every file, no more and no less', () => {
    const read = [...bundled.keys()].map((file) => {
      const imports = house.files.get(file)?.imports.filter(({ isType }) => !isType) ?? [];
      return [
        file,
        new Set(
          imports.map(({ target, written }) => (target.kind === 'file' ? target.path : written.replace(/^node:/, ''))),
        ),
      ] as const;
    });
    expect(Object.fromEntries(read)).toEqual(Object.fromEntries(bundled));
  });
});
