import type { ApprovalRequest } from '#protocol/approval';
import type { RunSummary } from '#protocol/task';
import { plainText } from '../shared/hiddenText.ts';
import { isUnderWay } from './settle.ts';
import { phaseWords } from './taskWords.ts';
import type { TaskModel } from './taskModel.ts';
import { titleOf } from './actionTitle.ts';

export interface Announcement {
  /** `now` interrupts the reader of the screen: only for what waits for a person. */
  readonly when: 'now' | 'politely';
  readonly text: string;
}

interface Moment {
  readonly summary: Pick<RunSummary, 'state'>;
  readonly model: TaskModel;
  readonly approvals: readonly ApprovalRequest[];
}

/** What is said aloud when the page changes: a new phase, a new approval, the end. Single actions are not. */
export function announcements(before: Moment, after: Moment): readonly Announcement[] {
  const said: Announcement[] = [];
  const known = new Set(before.approvals.map(({ approvalId }) => approvalId));
  for (const { approvalId, agent, action } of after.approvals) {
    if (known.has(approvalId)) continue;
    said.push({ when: 'now', text: `${agent} asks for your approval: ${plainText(titleOf(action))}` });
  }
  const { result } = after.model;
  if (result !== null && before.model.result === null) {
    const verdict = result.verdict === null ? result.status : `${result.status}, ${result.verdict}`;
    return [...said, { when: 'politely', text: `The run is ${verdict}. ${result.reason}` }];
  }
  if (isUnderWay(before.summary) && !isUnderWay(after.summary) && result === null) {
    return [...said, { when: 'politely', text: `The run is ${after.summary.state}.` }];
  }
  const now = phaseNow(after.model);
  if (now !== null && now.key !== phaseNow(before.model)?.key) {
    said.push({ when: 'politely', text: `Cycle ${now.cycle}, ${phaseWords[now.phase].name}` });
  }
  return said;
}

function phaseNow({ cycles }: TaskModel) {
  const cycle = cycles.at(-1);
  const phase = cycle?.phases.at(-1);
  return cycle === undefined || phase === undefined
    ? null
    : { key: phase.key, cycle: cycle.number, phase: phase.phase };
}
