import * as z from 'zod';
import { failureCode } from '#protocol/failure';
import { finding, verdict } from '#protocol/gate';
import { phase } from '#protocol/phase';
import { runResult } from '#protocol/run';

const progress = z.strictObject({
  cycle: z.int().positive(),
  plan: z.string().nullable(),
  findings: z.array(finding).readonly(),
  fingerprint: z.string().nullable(),
});

const stopped = { phase, progress, reason: z.string() };

const state = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('working'), phase, progress }),
  z.strictObject({ kind: z.literal('paused'), ...stopped }),
  z.strictObject({ kind: z.literal('cancelled'), ...stopped }),
  z.strictObject({ kind: z.literal('failed'), code: failureCode, ...stopped }),
  z.strictObject({ kind: z.literal('finished'), verdict, progress, reason: z.string() }),
]);

/** Where the run works (workspace/worktree); null until it is made and after it was removed with its branch. */
const worktree = z.strictObject({
  root: z.string(),
  prefix: z.string(),
  path: z.string(),
  workspace: z.string(),
  gitDir: z.string(),
  branch: z.string(),
  startCommit: z.string(),
  baseCommit: z.string(),
});

/** What is kept of a run in `.loki/runs/<id>/run.json`, enough to report, resume, accept or discard it. */
export const runRecord = z.strictObject({
  version: z.literal(1),
  runId: z.string().regex(/^run-[a-z0-9]+$/),
  taskId: z.string().regex(/^task-[a-z0-9]+$/),
  task: z.string(),
  startedAt: z.string(),
  updatedAt: z.string(),
  provider: z.string(),
  model: z.string().nullable(),
  /** The scenario a demo run plays; null for real models. */
  scenario: z.string().nullable(),
  profile: z.string(),
  worktree: worktree.nullable(),
  includesChanges: z.boolean(),
  /** What the set-up command made that git ignores; null until it has had its turn, so that a stopped run repeats it. */
  setUpFiles: z.array(z.string()).nullable(),
  configHash: z.string(),
  state,
  result: z.nullable(runResult),
  acceptedAs: z.string().nullable(),
  isDiscarded: z.boolean(),
});
export type RunRecord = Readonly<z.infer<typeof runRecord>>;
