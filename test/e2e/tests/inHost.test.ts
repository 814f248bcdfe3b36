import { mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { bundleInHost } from '../harness/bundleInHost.ts';
import { editorForFile } from '../harness/editorForFile.ts';
import type { InHostResult } from '../inHost/run.ts';

const session = editorForFile({ vscodeOptions: ['enable-smoke-test-driver'] });

test('what has no surface holds inside of the extension host', { timeout: 300_000 }, async () => {
  const folder = await realpath(await mkdtemp(path.join(os.tmpdir(), 'loki-e2e-plain-')));
  try {
    const window = await session.open(folder, { testsInHost: await bundleInHost() });
    await window.testsInHostEnded();
    const { home } = session.editor();
    const results = JSON.parse(await readFile(path.join(home, 'in-host.json'), 'utf8')) as readonly InHostResult[];
    const passed = (title: string): InHostResult => ({ title, state: 'passed', error: null });
    expect(results).toEqual([
      passed('in a folder without rules nothing of Loki is loaded'),
      passed('the extension becomes active, and all its commands are registered'),
      passed(
        'a sidecar that dies starts again, later each time, is given up after five tries, and a person can start it',
      ),
    ]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
