import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadProfile, profileNames } from '../../../server/src/gates/profile.ts';

let workspace: string;
beforeEach(() => {
  workspace = mkdtempSync(path.join(os.tmpdir(), 'loki-profile-'));
  mkdirSync(path.join(workspace, '.loki/gates'), { recursive: true });
});
afterEach(() => rmSync(workspace, { recursive: true }));

const write = (name: string, text: string): void =>
  writeFileSync(path.join(workspace, '.loki/gates', `${name}.conf`), text);
const required = (...ids: readonly string[]) => ids.map((id) => ({ id, isRequired: true }));

test('without a name or a file, tests and the secret scan are required', async () => {
  expect(await loadProfile(workspace, null)).toEqual({ name: 'default', gates: required('tests', 'secrets') });
});

test('a profile as teams write it is read', async () => {
  write(
    'production-critical',
    '# strict\nGATE_TESTS_REQUIRED=true\r\nGATE_MIN_COVERAGE=90\nGATE_SECURITY_SCAN=true\nGATE_PEER_REVIEW_COUNT=3\n\nGATE_PERFORMANCE_CHECK=true\n',
  );
  write(
    'prototype',
    'GATE_TESTS_REQUIRED=false\nGATE_MIN_COVERAGE=0\nGATE_SECURITY_SCAN=true\nGATE_PEER_REVIEW_COUNT=0\nGATE_PERFORMANCE_CHECK=false\n',
  );
  expect(await loadProfile(workspace, 'production-critical')).toEqual({
    name: 'production-critical',
    gates: required('tests', 'secrets', 'coverage', 'peer_review', 'performance'),
  });
  expect(await loadProfile(workspace, 'prototype')).toEqual({
    name: 'prototype',
    gates: [{ id: 'tests', isRequired: false }, ...required('secrets')],
  });
  expect(await profileNames(workspace)).toEqual(['default', 'production-critical', 'prototype']);
});

test.each<[string, string]>([
  ['GATE_SECURITY_SCAN=false', 'bad.conf:1: GATE_SECURITY_SCAN cannot be false'],
  ['\nGATE_TESTS=true', 'bad.conf:2: GATE_TESTS is not known'],
  ['GATE_TESTS_REQUIRED=yes', 'must be true or false'],
  ['GATE_MIN_COVERAGE=101', 'whole number from 0 to 100'],
  ['GATE_MIN_COVERAGE=', 'whole number from 0 to 100'],
  ['GATE_TESTS_REQUIRED=true\nGATE_TESTS_REQUIRED=false', 'bad.conf:2: GATE_TESTS_REQUIRED is set twice'],
  ['GATE_TESTS_REQUIRED = false', 'is not KEY=value'],
  ['export GATE_TESTS_REQUIRED=false', 'is not KEY=value'],
  ['constructor=true', 'is not KEY=value'],
])('a profile with %j is refused as a whole', async (text, message) => {
  write('bad', text);
  await expect(loadProfile(workspace, 'bad')).rejects.toMatchObject({ code: 'config_invalid' });
  await expect(loadProfile(workspace, 'bad')).rejects.toThrow(message);
});

test('an unknown name says which are known and how to make one', async () => {
  write('mine', '');
  for (const name of ['none', '../gates/mine', '', '.', 'a/b']) {
    await expect(loadProfile(workspace, name)).rejects.toThrow('known: default, mine; a file .loki/gates/<name>.conf');
  }
});
