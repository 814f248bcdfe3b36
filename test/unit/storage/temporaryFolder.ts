import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, onTestFinished } from 'vitest';

/** A folder of this test's own, removed after it. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'loki-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The same for all tests of a group: called in its `beforeAll`, removed after the last of them. */
export function longLivedFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'loki-test-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
