import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { loki } from './cliRun.ts';

const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

test.each<[string, string, string]>([
  ['the folder of runs', '.loki/runs', ''],
  ['a folder above the audit log', '.loki/state', 'audit:\n  folder: .loki/state/audit\n'],
])('nothing is written through %s that a repository made a link', async (_, link, config) => {
  const base = mkdtempSync(path.join(os.tmpdir(), 'loki-link-'));
  open.push(() => rmSync(base, { recursive: true, force: true }));
  const cwd = path.join(base, 'project');
  const outside = path.join(base, 'outside');
  mkdirSync(outside);
  mkdirSync(path.join(cwd, '.loki'), { recursive: true });
  writeFileSync(path.join(cwd, '.loki/config.yaml'), config);
  symlinkSync('../../outside', path.join(cwd, link));
  const identity = ['-c', 'user.name=Eve', '-c', 'user.email=eve@example.com'];
  execFileSync('git', ['init', '-q', '-b', 'main'], { cwd });
  execFileSync('git', ['add', '-A', '-f'], { cwd });
  execFileSync('git', [...identity, 'commit', '-q', '-m', 'Bring a link'], { cwd });

  const said = await loki(['run', 'Look around', '--provider', 'demo'], { cwd, lokiHome: path.join(base, 'home') });
  expect(said.code).toBe(3);
  expect(said.stderr).toContain('is a link');
  expect(readdirSync(outside)).toEqual([]);
});
