import { Failure } from '../base/failure.ts';
import { visible } from '#protocol/visible';
import { acceptFinished } from '../runs/closeRun.ts';
import type { World } from '../runs/world.ts';
import type { AcceptResult } from '../workspace/accept.ts';
import { exitFailed, type CliCommand } from './command.ts';
import { readOptions, refuseMore, workspaceOf } from './options.ts';

/** `loki accept`: takes a finished run's work into the branch that is checked out. */
export function makeAcceptCommand(world: World): CliCommand {
  return {
    name: 'accept',
    summary: "Take a finished run's work into your branch",
    usage: 'loki accept RUN [--even-if-blocked]',
    options: [['--even-if-blocked', 'take the work although its verdict is BLOCKED']],
    run: async (args, ctx) => {
      const { values, positionals } = readOptions(args, { 'even-if-blocked': { type: 'boolean' } });
      const [runId] = positionals;
      if (runId === undefined) throw new Failure('usage', 'name one run: loki accept RUN');
      refuseMore('loki accept', positionals, 1);
      const workspace = workspaceOf(values, ctx);
      const evenIfBlocked = values['even-if-blocked'] === true;
      const result = await acceptFinished(world, { workspace, runId, evenIfBlocked }, ctx.signal);
      if (values.json === true) ctx.print(`${JSON.stringify(result)}\n`);
      else (result.kind === 'accepted' ? ctx.print : ctx.tell)(`${inWords(result, runId)}\n`);
      return result.kind === 'accepted' || result.kind === 'nothing' ? 0 : exitFailed;
    },
  };
}

function inWords(result: AcceptResult, runId: string): string {
  switch (result.kind) {
    case 'accepted': {
      const kept = [
        ...(result.keptBranch === null
          ? []
          : [`The branch ${result.keptBranch} is kept: it has commits that are nowhere else.`]),
        ...(result.keptWorktree === null
          ? []
          : [`The folder ${result.keptWorktree} is kept: it has work that was never committed.`]),
      ];
      return [
        `Accepted into ${result.branch} as ${result.commit.slice(0, 10)}: ${listed(result.files)}`,
        ...kept,
        `To undo it: ${undoing(result)}`,
      ].join('\n');
    }
    case 'nothing':
      return `There is nothing to take into ${result.branch}: it has everything already`;
    case 'overlap':
      return `Not accepted, nothing was touched: your uncommitted work is in the same files (${listed(result.files)}). Commit it or put it away (git stash), then accept again`;
    case 'conflict':
      return `Not accepted, nothing was touched: your branch has changed the same places (${listed(result.files)}). Merge by hand (git merge ${result.branch}), or discard it (loki discard ${runId})`;
    case 'protected':
      return `Not accepted, nothing was touched: the work changes files that govern Loki itself (${listed(result.files)}). Look at them on ${result.branch}; take over by hand what is right`;
    case 'detached':
      return `Not accepted: no branch is checked out (HEAD is at ${result.head.slice(0, 10)}). Check one out (git switch <branch>), then accept again`;
    case 'in_progress':
      return `Not accepted: a ${result.operation} is under way in your checkout. Finish or abort it, then accept again`;
    case 'branch_missing':
      return `Not accepted: the branch ${result.branch} is gone, and the work with it`;
  }
}

/** Takes back all that was accepted, and only that, with commits of its own. */
function undoing({ how, previous, commit }: Extract<AcceptResult, { kind: 'accepted' }>): string {
  const to = commit.slice(0, 10);
  switch (how) {
    case 'fast_forward':
      return `git revert --no-edit ${previous.slice(0, 10)}..${to}`;
    case 'merge':
      return `git revert --no-edit -m 1 ${to}`;
    case 'single_commit':
      return `git revert --no-edit ${to}`;
  }
}

function listed(files: readonly string[]): string {
  const shown = files.slice(0, 8).map((file) => visible(file));
  return files.length > shown.length ? `${shown.join(', ')} and ${files.length - shown.length} more` : shown.join(', ');
}
