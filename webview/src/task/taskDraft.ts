import type { Cycle, PhaseOfCycle, TaskModel, Turn, TurnItem } from './taskModel.ts';

// A model being changed. A part is copied when it is first written to and only then, so that a batch of a thousand events
// costs one copy, and what no event touched keeps its identity.

type Writable<T> = { -readonly [K in keyof T]: T[K] };

export type DraftTurn = Writable<Omit<Turn, 'items'>> & { items: TurnItem[] };
export type DraftPhase = Writable<Omit<PhaseOfCycle, 'turns'>> & { turns: Turn[] };
export type DraftCycle = Writable<Omit<Cycle, 'phases' | 'gates' | 'findings'>> & {
  phases: PhaseOfCycle[];
  gates: Cycle['gates'][number][];
  findings: Cycle['findings'][number][];
};
type DraftTask = Writable<Omit<TaskModel, 'preparation' | 'cycles' | 'asked'>> & {
  preparation: Turn[];
  cycles: Cycle[];
  asked: Map<string, string>;
};

export interface Draft {
  readonly task: DraftTask;
  /** The cycle at this place, to write to. */
  readonly ownCycle: (index: number) => DraftCycle;
  readonly ownPhase: (cycle: DraftCycle, index: number) => DraftPhase;
  readonly ownTurn: (turns: Turn[], index: number) => DraftTurn;
  readonly close: () => TaskModel;
}

export function openDraft(model: TaskModel): Draft {
  const task: DraftTask = {
    ...model,
    preparation: [...model.preparation],
    cycles: [...model.cycles],
    asked: new Map(model.asked),
  };
  const cycles = new Map<Cycle, DraftCycle>();
  const phases = new Map<PhaseOfCycle, DraftPhase>();
  const turns = new Map<Turn, DraftTurn>();
  return {
    task,
    ownCycle: (index) =>
      own(task.cycles, index, cycles, (cycle) => ({
        ...cycle,
        phases: [...cycle.phases],
        gates: [...cycle.gates],
        findings: [...cycle.findings],
      })),
    ownPhase: (cycle, index) => own(cycle.phases, index, phases, (phase) => ({ ...phase, turns: [...phase.turns] })),
    ownTurn: (list, index) => own(list, index, turns, (turn) => ({ ...turn, items: [...turn.items] })),
    close: () => task,
  };
}

/** The copy at a place of a list, made the first time it is asked for. */
function own<T, D extends T>(list: T[], index: number, owned: Map<T, D>, copy: (part: T) => D): D {
  const part = list[index];
  if (part === undefined) throw new RangeError(`nothing at ${index}`);
  const mine = owned.get(part);
  if (mine !== undefined) return mine;
  const made = copy(part);
  list[index] = made;
  owned.set(made, made);
  return made;
}
