import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { RunEvent } from '#protocol/run';
import { createHostActs } from '../../../server/src/runs/hostActs.ts';
import { sampleRepository, type SampleRepository } from '../workspace/sampleRepository.ts';

let repo: SampleRepository | null = null;
afterEach(() => repo?.remove());

test('built files that agents leave stay out of the commit, and their folders are named once', async () => {
  repo = sampleRepository();
  const worktree = await repo.start('one');
  const told: RunEvent[] = [];
  const parts = { worktree, runId: 'run-one', scan: { find: () => ({ rules: [] }) }, tell: told.push.bind(told) };
  // Only what a commit of leftovers uses of a run's parts.
  const acts = createHostActs({ parts, recorder: { host: () => Promise.resolve() } } as never);
  const leave = async (cycle: number, ...files: readonly string[]): Promise<void> => {
    for (const file of files) {
      mkdirSync(path.dirname(path.join(worktree.path, file)), { recursive: true });
      writeFileSync(path.join(worktree.path, file), `${cycle}\n`);
    }
    await acts.commitLeftovers(cycle);
  };
  await leave(1, 'a.txt', 'tests/__pycache__/a.pyc', 'tests/__pycache__/b.pyc');
  await leave(2, 'a.txt', 'tests/__pycache__/a.pyc', 'venv/bin/python');
  const left = (folder: string): unknown => ({
    type: 'notice',
    level: 'info',
    message: `left out of commits, being installed or built: ${folder}; name them in .gitignore`,
  });
  expect(told).toEqual([left('tests/__pycache__'), left('venv')]);
  expect(repo.git('diff', '--name-only', 'main', worktree.branch)).toBe('a.txt\n');
});
