import { rm } from 'node:fs/promises';
import { afterAll, describe, expect, test } from 'vitest';
import type { DecisionKind } from '#protocol/policy';
import { readActionLine } from '../../server/src/cli/actionLine.ts';
import { loadConfig } from '../../server/src/config/loadConfig.ts';
import { contentScan } from '../../server/src/gateway/contentScan.ts';
import { createJudge } from '../../server/src/gateway/judge.ts';
import { evaluateUnknown } from '../../server/src/policy/evaluate.ts';
import { implementer } from '../unit/policy/fixtures.ts';
import { forgetRepositories, makeProject, placed, readCorpus, type Case } from './corpus.ts';

afterAll(forgetRepositories);

/** Decides about the cases of one project as `loki policy check` does. */
async function decide(cases: readonly Case[]): Promise<ReadonlyMap<Case, DecisionKind>> {
  const [first] = cases;
  const decided = new Map<Case, DecisionKind>();
  if (first === undefined) return decided;
  const project = await makeProject(first);
  try {
    const { workspace } = project;
    const { policy } = await loadConfig({ workspace, env: {}, lokiHome: `${project.base}/home` });
    const judge = createJudge({ root: workspace, policy, scan: contentScan, addedText: async () => '' });
    for (const one of cases) {
      const line = readActionLine(JSON.stringify(placed(one.action, project)));
      const { kind } =
        line.kind === 'unknown'
          ? evaluateUnknown(policy, line.value, line.problem)
          : await judge(implementer, line.action);
      decided.set(one, kind);
    }
  } finally {
    await rm(project.base, { recursive: true, force: true });
  }
  return decided;
}

describe('the corpus of hostile and harmless actions', () => {
  test('nothing hostile is allowed, nothing harmless is not, and nearly every answer is the very one', async () => {
    const decided = new Map<Case, DecisionKind>();
    for (const cases of readCorpus()) for (const [one, kind] of await decide(cases)) decided.set(one, kind);
    const wrong = [...decided].filter(([{ expected }, kind]) => (expected === 'ALLOW') !== (kind === 'ALLOW'));
    expect(wrong.map(([{ id, action }, kind]) => ({ id, action, kind }))).toEqual([]);
    const inexact = [...decided].filter(([{ expected }, kind]) => expected !== kind);
    expect(decided.size).toBeGreaterThan(400);
    expect(inexact.length / decided.size).toBeLessThan(0.05);
  });
});
