import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { passes } from '../harness/configurations.ts';
import { editorForFile } from '../harness/editorForFile.ts';
import { runTask } from '../pages/runTask.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'loki-e2e-managed-'));
const managed = path.join(folder, 'config.yaml');
writeFileSync(managed, 'audit:\n  may_be_disabled: true\n');
const session = editorForFile({
  settings: { 'loki.provider': 'demo' },
  env: { LOKI_MANAGED_CONFIG: managed, LOKI_AUDIT_DISABLED: 'true' },
});

afterAll(() => rmSync(folder, { recursive: true }));

test('an audit log that is switched off is told as long as it is so, and the result cannot be VERIFIED', async () => {
  const [window] = await session.openSample(passes);
  const { taskPage, auditPage, statusBar, palette } = window;
  await expect.poll(async () => await statusBar.text(), { timeout: 30_000 }).toContain('audit off');
  await runTask(window, 'Leave little of a record');
  await taskPage.standsAt('CONCERNS');
  await taskPage.says('The audit log was switched off for this run (LOKI_AUDIT_DISABLED):').waitFor();
  await window.picture('audit-off-task');
  expect(await statusBar.text()).toContain('audit off');
  await palette.run('Loki: Show Audit');
  await auditPage.says(/^The audit log is switched off \(LOKI_AUDIT_DISABLED\)/).waitFor();
  await window.picture('audit-off');
});
