import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { nobody } from '../../../server/src/gateway/approver.ts';
import { copySample } from '../../../server/src/runs/copySample.ts';
import { startRun } from '../../../server/src/runs/startRun.ts';
import { testWorld } from '../../scenario/play.ts';

async function run(managed: string | null) {
  const home = await mkdtemp(path.join(os.tmpdir(), 'loki-disabled-'));
  const file = path.join(home, 'managed.yaml');
  if (managed !== null) await writeFile(file, managed);
  const world = testWorld(home, {
    LOKI_AUDIT_DISABLED: 'true',
    ...(managed === null ? {} : { LOKI_MANAGED_CONFIG: file }),
  });
  const workspace = await copySample(world.assetsFolder);
  onTestFinished(async () => {
    await rm(home, { recursive: true, force: true });
    await rm(workspace, { recursive: true, force: true });
  });
  const request = { workspace, task: 'Mend it', provider: 'demo', includeChanges: false, isTrusted: true };
  const audience = { approver: nobody, tell: () => undefined };
  const result = await startRun(world, request, audience, new AbortController().signal);
  const entries = (await readFile(path.join(workspace, '.loki/audit/audit.jsonl'), 'utf8'))
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as { readonly what: string; readonly metadata: Readonly<Record<string, unknown>> });
  const receipt = JSON.parse(
    await readFile(path.join(workspace, '.loki/runs', result.runId ?? '', 'receipt.json'), 'utf8'),
  ) as unknown;
  return { result, entries, receipt };
}

test('a run is refused where the audit log is switched off and may not be', async () => {
  const failure = {
    code: 'config_invalid',
    message: expect.stringContaining('the managed configuration does not allow it'),
  };
  await expect(run(null)).rejects.toMatchObject(failure);
  await expect(run('audit: { may_be_disabled: false }\n')).rejects.toMatchObject(failure);
});

test('where it may be, that is recorded first, refusals still are, and nothing counts as verified', async () => {
  const { result, entries, receipt } = await run('audit: { may_be_disabled: true }\n');
  expect(result).toMatchObject({ status: 'finished', audit: { valid: true } });
  expect(result.verdict).not.toBe('VERIFIED');
  expect(result.reason).toContain('the audit log was switched off (LOKI_AUDIT_DISABLED)');
  expect(entries[0]).toMatchObject({ what: 'audit_disabled', who: 'os:tester' });
  expect(entries.map(({ what }) => what)).toEqual(expect.arrayContaining(['run_start', 'configuration', 'run_end']));
  expect(entries.filter(({ metadata }) => metadata['stage'] === 'intent')).toEqual([]);
  expect(receipt).toMatchObject({ verdict: result.verdict, audit: { disabled: true } });
});
