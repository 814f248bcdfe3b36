import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { makeFolder } from '../../../server/src/base/makeFolder.ts';

test('makes what is missing, private to the user, and leaves what is there', () => {
  const base = mkdtempSync(path.join(os.tmpdir(), 'loki-folder-'));
  const folder = path.join(base, 'a', 'b', 'c');
  makeFolder(folder);
  makeFolder(folder);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  rmSync(base, { recursive: true });
});

test.skipIf(process.platform !== 'linux')(
  'a place where nothing can be made is an error, not an endless attempt',
  () => {
    expect(() => makeFolder('/proc/loki/home')).toThrow(/ENOENT/);
    expect(existsSync('/proc/loki')).toBe(false);
  },
);
