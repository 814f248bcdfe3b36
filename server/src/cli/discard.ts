import { Failure } from '../base/failure.ts';
import { visible } from '#protocol/visible';
import { discardWork } from '../runs/closeRun.ts';
import type { World } from '../runs/world.ts';
import type { DiscardResult } from '../workspace/discard.ts';
import { exitFailed, type CliCommand } from './command.ts';
import { readOptions, refuseMore, workspaceOf } from './options.ts';

/** `loki discard`: throws a run's worktree and branch away. */
export function makeDiscardCommand(world: World): CliCommand {
  return {
    name: 'discard',
    summary: "Throw a run's work away: its worktree and its branch",
    usage: 'loki discard RUN [--with-foreign-commits]',
    options: [['--with-foreign-commits', 'also commits on its branch that the run did not make']],
    run: async (args, ctx) => {
      const { values, positionals } = readOptions(args, { 'with-foreign-commits': { type: 'boolean' } });
      const [runId] = positionals;
      if (runId === undefined) throw new Failure('usage', 'name one run: loki discard RUN');
      refuseMore('loki discard', positionals, 1);
      const workspace = workspaceOf(values, ctx);
      const withForeignCommits = values['with-foreign-commits'] === true;
      const result = await discardWork(world, { workspace, runId, withForeignCommits });
      const isDone = result.kind === 'discarded';
      if (values.json === true) ctx.print(`${JSON.stringify(result)}\n`);
      else (isDone ? ctx.print : ctx.tell)(`${inWords(result)}\n`);
      return isDone ? 0 : exitFailed;
    },
  };
}

function inWords(result: DiscardResult): string {
  switch (result.kind) {
    case 'discarded': {
      const gone = [
        result.branch === null ? null : `the branch ${result.branch}`,
        result.path === null ? null : 'its worktree',
      ];
      const removed = gone.filter((part) => part !== null).join(' and ') || 'nothing, it was gone already';
      const back =
        result.branch === null || result.commit === null
          ? ''
          : `; to bring it back: git branch ${result.branch} ${result.commit.slice(0, 10)}`;
      return `Discarded ${removed}${back}`;
    }
    case 'foreign_commits': {
      const list = result.commits
        .map(({ commit, subject }) => `  ${commit.slice(0, 10)} ${visible(subject)}`)
        .join('\n');
      return `Nothing was removed: ${result.branch} has commits that this run did not make and that are nowhere else:\n${list}\nKeep them (git branch <name> ${result.branch}), or add --with-foreign-commits`;
    }
    case 'in_use':
      return `Nothing was removed: ${result.branch} is checked out in ${visible(result.at)}. Switch to another branch there first`;
  }
}
