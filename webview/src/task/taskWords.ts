import type { RunSummary } from '#protocol/task';
import type { Phase } from '#protocol/phase';
import { count } from '../shared/count.ts';
import type { IconName } from '../shared/icon.ts';
import { verdictWords } from '../shared/verdictWords.ts';
import type { TaskModel } from './taskModel.ts';

export interface StateWords {
  readonly icon: IconName;
  readonly tone: 'good' | 'doubtful' | 'bad' | 'busy' | 'calm';
  readonly title: string;
  /** One sentence more, or null. */
  readonly detail: string | null;
}

export const phaseWords: Readonly<Record<Phase, { readonly name: string; readonly about: string }>> = {
  reason: { name: 'Reason', about: 'plan' },
  act: { name: 'Act', about: 'change' },
  reflect: { name: 'Reflect', about: 'review' },
  verify: { name: 'Verify', about: 'gates' },
};

/** Where the run stands, for the line under its goal. */
export function stateWords(summary: RunSummary, model: TaskModel, openApprovals: number): StateWords {
  const { reason } = summary;
  switch (summary.state) {
    case 'working':
      return openApprovals > 0
        ? waiting(openApprovals)
        : { icon: 'running', tone: 'busy', title: 'Working', detail: progressWords(model) };
    case 'awaiting':
      return waiting(Math.max(openApprovals, 1));
    case 'paused':
      return { icon: 'paused', tone: 'doubtful', title: 'Paused', detail: withKept(reason) };
    case 'cancelled':
      return { icon: 'cancelled', tone: 'calm', title: 'Cancelled', detail: withKept(reason) };
    case 'failed':
      return {
        icon: 'failed',
        tone: 'bad',
        title: 'Failed',
        detail: reason === null ? null : sentence(capitalised(reason)),
      };
    case 'interrupted':
      return {
        icon: 'warning',
        tone: 'doubtful',
        title: 'Interrupted',
        detail: withKept(reason ?? 'Loki stopped before the run ended'),
      };
    case 'finished':
      return finished(summary);
    default:
      return summary.state satisfies never;
  }
}

/** `Cycle 2 of 3, act`: which part of the work is under way. */
export function progressWords({ cycles }: TaskModel): string | null {
  const cycle = cycles.at(-1);
  const phase = cycle?.phases.at(-1);
  if (cycle === undefined || phase === undefined) return 'Preparing a worktree of its own';
  return `Cycle ${cycle.number} of at most ${cycle.maxCycles}: ${phaseWords[phase.phase].name.toLowerCase()} (${phaseWords[phase.phase].about})`;
}

function finished({ result, reason, outcome }: RunSummary): StateWords {
  const verdict = result?.verdict ?? null;
  if (verdict === null) return { icon: 'info', tone: 'calm', title: 'Finished', detail: reason };
  const { icon, tone } = verdictWords[verdict];
  const became = {
    open: '',
    accepted: ' Accepted: the result is in your branch.',
    discarded: ' Discarded: the result was thrown away.',
  }[outcome];
  return { icon, tone, title: verdict, detail: `${sentence(result?.reason ?? reason ?? '')}${became}`.trim() };
}

function waiting(open: number): StateWords {
  return {
    icon: 'waiting',
    tone: 'doubtful',
    title: 'Waiting for you',
    detail: `${count(open, 'approval is', 'approvals are')} open. The agent goes on when you have answered.`,
  };
}

/** Some reasons say themselves that the work is kept; nobody needs to be told twice. */
function withKept(reason: string | null): string {
  const saysSo = reason !== null && /\bkept\b/.test(reason);
  return `${reason === null ? '' : `${sentence(reason)} `}${saysSo ? 'Resume it to go on.' : 'Its work is kept; resume it to go on.'}`;
}

export function capitalised(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

/** With a full stop at its end. */
export function sentence(text: string): string {
  const trimmed = text.trim();
  return trimmed === '' || /[.!?…]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}
