import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { Config } from '../../../server/src/config/config.ts';
import { loadConfig } from '../../../server/src/config/loadConfig.ts';
import { temporaryFolder } from '../storage/temporaryFolder.ts';

interface Given {
  readonly managed?: string;
  readonly user?: string;
  readonly project?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** What each tier says about the audit log, as flow YAML. */
async function load({ managed, user, project, env = {} }: Given): Promise<Config> {
  const base = temporaryFolder();
  const home = path.join(base, 'home');
  const workspace = path.join(base, 'workspace');
  const files = { [path.join(base, 'managed.yaml')]: managed, [path.join(home, 'config.yaml')]: user };
  files[path.join(workspace, '.loki', 'config.yaml')] = project;
  for (const folder of [home, path.join(workspace, '.loki')]) mkdirSync(folder, { recursive: true });
  for (const [file, audit] of Object.entries(files)) if (audit !== undefined) writeFileSync(file, `audit: ${audit}\n`);
  const named = managed === undefined ? {} : { LOKI_MANAGED_CONFIG: path.join(base, 'managed.yaml') };
  return await loadConfig({ workspace, lokiHome: home, env: { ...env, ...named } });
}

test.each<[string, Given, object]>([
  [
    'as long as the tier wants that keeps the most',
    {
      managed: '{ max_files: 5, max_size_mb: 20 }',
      user: '{ max_files: 50, max_days: 30, max_size_mb: 1 }',
      project: '{ max_files: 1, max_days: 400 }',
    },
    { maxSizeMb: 20, maxFiles: 50, maxDays: 400 },
  ],
  [
    'as the environment says',
    { env: { LOKI_AUDIT_MAX_SIZE_MB: '0.5', LOKI_AUDIT_MAX_FILES: '3' } },
    { maxSizeMb: 0.5, maxFiles: 3, maxDays: null },
  ],
  ['for ever where nobody says anything', {}, { maxSizeMb: 10, maxFiles: null, maxDays: null }],
])('the audit log is kept %s', async (_what, given, retention) => {
  expect((await load(given)).auditRetention).toEqual(retention);
});

const unwanted = { LOKI_AUDIT_DISABLED: 'true' };
test.each<[string, Given, object]>([
  ['nobody', {}, { isUnwanted: false, mayBeDisabled: false }],
  ['the environment alone', { env: unwanted }, { isUnwanted: true, mayBeDisabled: false }],
  [
    'the environment, with leave',
    { env: unwanted, managed: '{ may_be_disabled: true }' },
    { isUnwanted: true, mayBeDisabled: true },
  ],
  [
    'an environment that says no',
    { env: { LOKI_AUDIT_DISABLED: 'false' }, managed: '{ may_be_disabled: true }' },
    { isUnwanted: false, mayBeDisabled: true },
  ],
])('the audit log is switched off by %s', async (_what, given, expected) => {
  expect((await load(given)).auditSwitch).toEqual(expected);
});

test.each<[string, Given, string]>([
  ['leave outside of the managed file', { project: '{ may_be_disabled: true }' }, 'by the managed configuration only'],
  ['a file that switches it off', { managed: '{ disabled: true }' }, 'the environment variable LOKI_AUDIT_DISABLED'],
  ['a retention of nothing', { user: '{ max_files: 0 }' }, 'must be a whole number from 1 on'],
  ['a file without a size', { user: '{ max_size_mb: 0 }' }, 'must be a number of megabytes above 0'],
  ['a switch that is none', { env: { LOKI_AUDIT_DISABLED: 'perhaps' } }, 'LOKI_AUDIT_DISABLED'],
  ['a number that is none', { env: { LOKI_AUDIT_MAX_FILES: 'many' } }, 'LOKI_AUDIT_MAX_FILES'],
])('%s is refused', async (_what, given, why) => {
  await expect(load(given)).rejects.toMatchObject({ code: 'config_invalid', message: expect.stringContaining(why) });
});
