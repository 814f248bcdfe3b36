import type { Action } from '#protocol/action';
import type { ApprovalAnswer } from '#protocol/approval';
import type { Finding, GateResult } from '#protocol/gate';
import type { DecisionKind, RuleAnswer } from '#protocol/policy';
import type { Phase } from '#protocol/phase';
import type { RunEventOf, RunResult } from '#protocol/run';

// A run as the task page shows it: its events, folded by foldEvents.ts into cycles, phases, agents and what they did. Whoever
// draws it may compare parts by identity: what did not change stays the same object.

export interface TaskModel {
  /** The number of the last event that is in here. */
  readonly lastNumber: number;
  readonly started: RunEventOf<'started'> | null;
  /** What happened before the first phase: the worktree, notices. */
  readonly preparation: readonly Turn[];
  readonly cycles: readonly Cycle[];
  readonly cost: RunEventOf<'cost'> | null;
  /** Null while it works; a run that was resumed has none until it ends again. */
  readonly result: RunResult | null;
  /** A limit does not afford the next request, and a person may raise it. */
  readonly isShort: boolean;
  readonly counts: ActionCounts;
  /** Which action of the model each request for approval is about. */
  readonly asked: ReadonlyMap<string, string>;
}

export interface ActionCounts {
  readonly all: number;
  readonly refused: number;
  readonly denied: number;
  readonly expired: number;
  readonly invalid: number;
}

export interface Cycle {
  readonly number: number;
  readonly maxCycles: number;
  readonly phases: readonly PhaseOfCycle[];
  readonly gates: readonly GateResult[];
  readonly findings: readonly Finding[];
}

export interface PhaseOfCycle {
  /** `2-act`: the same in every snapshot, so that what a person folded stays folded. */
  readonly key: string;
  readonly phase: Phase;
  readonly turns: readonly Turn[];
}

/** What one agent did in one phase. */
export interface Turn {
  readonly key: string;
  readonly agent: string;
  readonly swarm: string | null;
  readonly state: 'working' | 'finished' | 'stopped';
  readonly summary: string | null;
  readonly items: readonly TurnItem[];
}

export type TurnItem = ActionItem | SaidItem | NoticeItem;

export interface ActionItem {
  readonly kind: 'action';
  readonly key: string;
  readonly at: string;
  readonly title: string;
  readonly action: Action | null;
  /** `interrupted`: its end was never told, because the process that did it died. */
  readonly state: RunEventOf<'action'>['state'] | 'interrupted';
  readonly decision: DecisionKind | null;
  /** Why it was decided so. */
  readonly decisionReason: string | null;
  /** What came of it where that needs words: an error, a command's output, why it was refused. */
  readonly outcome: string | null;
  readonly rules: readonly RuleAnswer[];
  readonly durationMs: number | null;
  readonly answer: ApprovalAnswer | null;
}

export interface SaidItem {
  readonly kind: 'said';
  readonly key: string;
  readonly at: string;
  readonly text: string;
}

export interface NoticeItem {
  readonly kind: 'notice';
  readonly key: string;
  readonly at: string;
  readonly level: RunEventOf<'notice'>['level'];
  readonly message: string;
}

export const emptyTask: TaskModel = {
  lastNumber: 0,
  started: null,
  preparation: [],
  cycles: [],
  cost: null,
  result: null,
  isShort: false,
  counts: { all: 0, refused: 0, denied: 0, expired: 0, invalid: 0 },
  asked: new Map(),
};

/** The host's own acts are shown as the work of an agent of this name. */
export const hostName = 'loki';
