import type { ApprovalRequest, ApprovalScope } from '#protocol/approval';
import type { Meter } from '#protocol/cost';
import type { FromTaskPage } from '#protocol/page';
import type { RunSummary } from '#protocol/task';
import * as z from 'zod/mini';
import type { TaskModel } from './taskModel.ts';

export const taskFilter = z.enum(['everything', 'actions', 'attention']);
export type TaskFilter = z.infer<typeof taskFilter>;

/** What of the page survives that it is hidden or reloaded. */
export const keptTask = z.strictObject({
  runId: z.string(),
  filter: taskFilter,
  /** Parts that the person opened (true) or closed (false) by hand. */
  folded: z.record(z.string(), z.boolean()),
  scrollTop: z.number(),
});
export type KeptTask = Readonly<z.infer<typeof keptTask>>;

/** What the person sent an answer to, and what of each answer. */
export interface SentAnswer {
  readonly outcome: 'approved' | 'denied';
  readonly atMs: number;
}

/** All that the task page draws from. */
export interface TaskState {
  readonly summary: RunSummary;
  readonly model: TaskModel;
  readonly approvals: readonly ApprovalRequest[];
  readonly meter: Meter | null;
  readonly filter: TaskFilter;
  readonly folded: ReadonlyMap<string, boolean>;
  /** When the page first showed each open approval; its buttons wake a moment later. */
  readonly shownAtMs: ReadonlyMap<string, number>;
  readonly sent: ReadonlyMap<string, SentAnswer>;
  readonly nowMs: number;
}

/** What the drawing may cause. */
export interface TaskActs {
  readonly post: (message: FromTaskPage) => void;
  readonly open: (path: string, line: number | null) => void;
  readonly answer: (
    approvalId: string,
    outcome: 'approved' | 'denied',
    scope: ApprovalScope,
    why: string | null,
  ) => void;
  readonly fold: (key: string, isOpen: boolean) => void;
  readonly show: (filter: TaskFilter) => void;
}
