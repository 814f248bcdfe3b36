import { visible } from '#protocol/visible';
import type { AcceptResult } from '../workspace/accept.ts';
import type { DiscardResult } from '../workspace/discard.ts';

// What accepting and discarding came to, in one message for a person in the editor.

export function acceptInWords(result: AcceptResult): string {
  switch (result.kind) {
    case 'accepted': {
      const kept = [
        result.keptBranch === null
          ? ''
          : ` The branch ${result.keptBranch} is kept: it has commits that are nowhere else.`,
        result.keptWorktree === null
          ? ''
          : ` The folder ${result.keptWorktree} is kept: it has work that was never committed.`,
      ].join('');
      const undo = `git revert ${result.how === 'merge' ? '-m 1 ' : ''}${result.commit.slice(0, 10)}`;
      return `Accepted into ${result.branch} as ${result.commit.slice(0, 10)}: ${listed(result.files)}.${kept} To undo it: ${undo}`;
    }
    case 'nothing':
      return `There is nothing to take into ${result.branch}: it has everything already`;
    case 'overlap':
      return `Not accepted, nothing was touched: your uncommitted work is in the same files (${listed(result.files)}). Commit or stash it, then accept again`;
    case 'conflict':
      return `Not accepted, nothing was touched: your branch has changed the same places (${listed(result.files)}). Merge ${result.branch} by hand, or discard the result`;
    case 'protected':
      return `Not accepted, nothing was touched: the work changes files that govern Loki itself (${listed(result.files)}). Look at them on ${result.branch}; take over by hand what is right`;
    case 'detached':
      return `Not accepted: no branch is checked out (HEAD is at ${result.head.slice(0, 10)}). Check one out, then accept again`;
    case 'in_progress':
      return `Not accepted: a ${result.operation} is under way in your checkout. Finish or abort it, then accept again`;
    case 'branch_missing':
      return `Not accepted: the branch ${result.branch} is gone, and the work with it`;
  }
}

export function discardInWords(result: DiscardResult): string {
  switch (result.kind) {
    case 'discarded': {
      const gone = [
        result.branch === null ? null : `the branch ${result.branch}`,
        result.path === null ? null : 'its worktree',
      ];
      const removed = gone.filter((part) => part !== null).join(' and ') || 'nothing: it was gone already';
      if (result.branch === null || result.commit === null) return `Discarded ${removed}`;
      return `Discarded ${removed}. To bring it back: git branch ${result.branch} ${result.commit.slice(0, 10)}`;
    }
    case 'foreign_commits': {
      const commits = result.commits.slice(0, 5).map((one) => `${one.commit.slice(0, 10)} ${visible(one.subject)}`);
      return `Nothing was removed: ${result.branch} has commits that this run did not make and that are nowhere else (${commits.join('; ')})`;
    }
    case 'in_use':
      return `Nothing was removed: ${result.branch} is checked out in ${visible(result.at)}. Switch to another branch there first`;
  }
}

function listed(files: readonly string[]): string {
  const shown = files.slice(0, 8).map((file) => visible(file));
  return files.length > shown.length ? `${shown.join(', ')} and ${files.length - shown.length} more` : shown.join(', ');
}
