import type { FromTaskPage, ToTaskPage } from '#protocol/page';
import type { Host } from '../host.ts';
import type { Announcer } from '../shared/announcer.ts';
import { announcements } from './announcements.ts';
import { wakeAfterMs } from './approvalStanding.ts';
import { foldEvents, foldSnapshot } from './foldEvents.ts';
import { settle } from './settle.ts';
import { emptyTask, type TaskModel } from './taskModel.ts';
import type { KeptTask, TaskActs, TaskState } from './taskState.ts';

interface TaskDeps {
  readonly host: Host<ToTaskPage, FromTaskPage, KeptTask>;
  readonly announcer: Announcer;
  readonly draw: (state: TaskState, acts: TaskActs) => void;
}

/** More folded parts than this are not remembered; the oldest go first. */
const mostFolded = 400;

/** The life of the task page: it asks for a snapshot, takes changes, draws once a frame, and keeps what the person set. */
export function openTask({ host, announcer, draw }: TaskDeps): void {
  let state: TaskState | null = null;
  /** As it was told; `state` has it as it stands by the summary. */
  let told: TaskModel = emptyTask;
  let isWaitingForSnapshot = true;
  let isDrawDue = false;

  const change = (part: Partial<TaskState>): void => {
    if (state === null) return;
    state = { ...state, ...part };
    if (isDrawDue) return;
    isDrawDue = true;
    requestAnimationFrame(drawNow);
  };
  const drawNow = (): void => {
    isDrawDue = false;
    if (state !== null) draw({ ...state, nowMs: Date.now() }, acts);
  };
  const keep = (): void => {
    if (state === null) return;
    const { summary, filter, folded } = state;
    const { scrollTop } = document.documentElement;
    host.keep({ runId: summary.runId, filter, folded: Object.fromEntries([...folded].slice(-mostFolded)), scrollTop });
  };
  const acts: TaskActs = {
    post: host.post,
    open: (path, line) => host.post({ type: 'open', path, line }),
    answer: (approvalId, outcome, scope, why) => {
      if (state === null) return;
      host.post({ type: 'answer', approvalId, outcome, scope, why });
      change({ sent: new Map(state.sent).set(approvalId, { outcome, atMs: Date.now() }) });
      announcer.politely(outcome === 'approved' ? 'Approved' : 'Denied');
    },
    fold: (key, isOpen) => {
      if (state === null) return;
      const folded = new Map(state.folded);
      folded.delete(key);
      change({ folded: folded.set(key, isOpen) });
      keep();
    },
    show: (filter) => {
      change({ filter });
      keep();
    },
  };

  const takeSnapshot = ({ summary, events, approvals, meter }: Extract<ToTaskPage, { type: 'state' }>): void => {
    const before = state?.summary.runId === summary.runId ? state : null;
    const kept = before === null && host.kept?.runId === summary.runId ? host.kept : null;
    isWaitingForSnapshot = false;
    told = foldSnapshot(events);
    state = {
      summary,
      model: settle(told, summary),
      approvals,
      meter,
      filter: before?.filter ?? kept?.filter ?? 'everything',
      folded: before?.folded ?? new Map(Object.entries(kept?.folded ?? {})),
      sent: before?.sent ?? new Map(),
      shownAtMs: shownSince(before?.shownAtMs, approvals),
      nowMs: Date.now(),
    };
    drawNow();
    if (kept !== null) document.documentElement.scrollTop = kept.scrollTop;
    keep();
  };

  const takeChange = (message: Extract<ToTaskPage, { type: 'changed' }>): void => {
    if (state === null || isWaitingForSnapshot || message.summary.runId !== state.summary.runId) return;
    const folded = foldEvents(told, message.events);
    if (folded.kind === 'gap') {
      isWaitingForSnapshot = true;
      host.post({ type: 'ready' });
      return;
    }
    const { summary, approvals, meter } = message;
    told = folded.model;
    const model = settle(told, summary);
    for (const { when, text } of announcements(state, { summary, model, approvals })) {
      if (when === 'now') announcer.now(text);
      else announcer.politely(text);
    }
    change({ summary, approvals, meter, model, shownAtMs: shownSince(state.shownAtMs, approvals) });
  };

  host.listen((message) => {
    if (message.type === 'state') takeSnapshot(message);
    else takeChange(message);
  });
  // Only what counts down, or wakes up, needs a clock.
  setInterval(() => {
    if (state !== null && state.approvals.length > 0) change({});
  }, wakeAfterMs / 2);
  onScrollEnd(keep);
  host.post({ type: 'ready' });
}

function shownSince(
  before: ReadonlyMap<string, number> | undefined,
  approvals: TaskState['approvals'],
): ReadonlyMap<string, number> {
  const now = Date.now();
  return new Map(approvals.map(({ approvalId }) => [approvalId, before?.get(approvalId) ?? now]));
}

function onScrollEnd(tell: () => void): void {
  document.addEventListener('scrollend', tell, { passive: true });
}
