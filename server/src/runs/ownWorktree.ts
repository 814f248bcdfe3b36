import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { Failure } from '../base/failure.ts';
import { openRepository, type Repository } from '../workspace/repository.ts';
import { placeOfWorktree, type Worktree } from '../workspace/worktree.ts';
import type { RunRecord } from './runRecord.ts';
import type { World } from './world.ts';

/**
 * The worktree of a record, or null where there is none. A record lies in the project, and a repository can bring one:
 * whoever follows its paths would delete, or let agents work in, any folder of the host. So nothing in it is believed;
 * each path must be the one that Loki itself would have chosen for this run of this checkout.
 */
export async function ownWorktree(world: World, workspace: string, record: RunRecord): Promise<Worktree | null> {
  const { worktree, runId } = record;
  if (worktree === null) return null;
  const repository = await openRepository(workspace);
  if (await isOurs(world, repository, record, worktree)) return worktree;
  throw new Failure(
    'run_unknown',
    `${runId} was not made by Loki in this checkout on this machine, so it is left alone; ` +
      `remove ${path.join('.loki', 'runs', runId)} if it came with the repository`,
  );
}

async function isOurs(
  world: World,
  repository: Repository,
  { runId, taskId }: RunRecord,
  worktree: Worktree,
): Promise<boolean> {
  const parent = path.dirname(placeOfWorktree(world.lokiHome, repository.root, runId));
  const place = path.join(await realpath(parent).catch(() => parent), runId);
  const isCommit = (text: string): boolean => /^[0-9a-f]{40,64}$/.test(text);
  return (
    worktree.root === repository.root &&
    worktree.prefix === repository.prefix &&
    worktree.path === place &&
    worktree.workspace === path.resolve(place, repository.prefix) &&
    path.dirname(worktree.gitDir) === path.join(repository.commonDir, 'worktrees') &&
    !['.', '..'].includes(path.basename(worktree.gitDir)) &&
    worktree.branch === `loki/${taskId}` &&
    isCommit(worktree.startCommit) &&
    isCommit(worktree.baseCommit)
  );
}
