import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Failure } from '../base/failure.ts';
import { randomName } from '../base/id.ts';
import { changesBetween, filesAt, readFileAt, treeOf, type FileChange } from '../workspace/changes.ts';
import { openRepository } from '../workspace/repository.ts';
import { hasWorktree, type Worktree } from '../workspace/worktree.ts';
import type { RunRecord } from './runRecord.ts';
import { readRun, runFolder } from './runStore.ts';

/** One file that a run has changed, with copies of both contents to look at side by side; null where there is none. */
export interface ChangeCopy {
  readonly path: string;
  readonly status: FileChange['status'];
  readonly before: string | null;
  readonly after: string | null;
}

/**
 * Copies what a run has changed into `.loki/runs/<id>/changes/`, both sides as git keeps them: no link that an agent made
 * is ever followed.
 */
export async function copyChanges(
  workspace: string,
  runId: string,
  signal: AbortSignal,
): Promise<readonly ChangeCopy[]> {
  const record = await readRun(workspace, runId);
  const { worktree, from, to } = await sidesOf(workspace, record, signal);
  // One folder for each state: what an open editor shows is not replaced under it.
  const folder = path.join(runFolder(workspace, runId), 'changes', to.slice(0, 12));
  const copies: ChangeCopy[] = [];
  for (const change of await changesBetween(worktree, from, to, signal)) {
    const copy = async (side: 'before' | 'after', revision: string): Promise<string | null> => {
      const content = await readFileAt(worktree, revision, change.path, signal);
      return content === null ? null : await write(path.join(folder, side), change.path, content);
    };
    copies.push({
      path: change.path,
      status: change.status,
      before: change.status === 'added' ? null : await copy('before', from),
      after: change.status === 'deleted' ? null : await copy('after', to),
    });
  }
  return copies;
}

interface Sides {
  readonly worktree: Worktree;
  readonly from: string;
  readonly to: string;
}

async function sidesOf(workspace: string, record: RunRecord, signal: AbortSignal): Promise<Sides> {
  const { worktree, runId } = record;
  if (worktree === null) throw new Failure('run_unknown', `${runId} never had a worktree; there is nothing of it`);
  if (await hasWorktree(worktree)) {
    return { worktree, from: worktree.baseCommit, to: await treeOf(worktree, signal) };
  }
  if (record.isDiscarded) throw new Failure('run_unknown', `${runId} was discarded; there is nothing to show of it`);
  // An accepted run's commits are in the user's own repository.
  const { root, commonDir } = await openRepository(worktree.root, signal);
  const to = await finalCommit(workspace, runId);
  const checkout = { ...worktree, path: root, gitDir: commonDir };
  const isThere = to !== null && (await filesAt(checkout, to, signal).catch(() => null)) !== null;
  if (!isThere) throw new Failure('run_unknown', `the work of ${runId} is gone; there is nothing to show of it`);
  return { worktree: checkout, from: worktree.baseCommit, to };
}

/** The commit that the run's branch was at in the end, as its receipt says. */
async function finalCommit(workspace: string, runId: string): Promise<string | null> {
  try {
    const receipt: unknown = JSON.parse(await readFile(path.join(runFolder(workspace, runId), 'receipt.json'), 'utf8'));
    const head = /"headCommit":"([0-9a-f]{40,64})"/.exec(JSON.stringify(receipt));
    return head?.[1] ?? null;
  } catch {
    return null;
  }
}

/** For the user alone, and never seen half written. Paths beside the workspace (`../other/a.ts`) stay inside, too. */
async function write(folder: string, name: string, content: Buffer): Promise<string> {
  const parts = name.split('/').map((part) => (part === '..' || part === '.' ? '_' : part));
  const file = path.join(folder, ...parts);
  const unfinished = `${file}.${randomName()}.tmp`;
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(unfinished, content, { mode: 0o600, flag: 'wx' });
  await rename(unfinished, file);
  return file;
}
