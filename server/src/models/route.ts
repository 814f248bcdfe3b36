import type { TaskType } from '../base/taskType.ts';
import type { RuleSource } from '#protocol/policy';
import type { ModelSettings, ModelTier, Pin } from './settings.ts';

// Which model an agent is given, and why. Pure: the answer depends on the roster, the configuration and what was asked
// for, and the reason is recorded with every request.

export interface Asking {
  readonly name: string;
  readonly phase: string;
  readonly tier: ModelTier;
  /** A cheaper tier that the roster lets this agent try first where the work is simple. */
  readonly tries?: ModelTier | undefined;
}

export interface Route {
  /** Null for the provider of the run. */
  readonly provider: string | null;
  /** Null for the model of the tier. */
  readonly model: string | null;
  readonly tier: ModelTier;
  readonly reason: string;
}

/** The model for an agent at one kind of work: what was asked for, then the first pin that fits, then the roster. */
export function routeFor(
  agent: Asking,
  taskType: TaskType,
  settings: Pick<ModelSettings, 'pins'>,
  wishedModel: string | undefined,
): Route {
  if (wishedModel !== undefined) {
    return { provider: null, model: wishedModel, tier: agent.tier, reason: 'it was named for the whole run' };
  }
  const names: Readonly<Record<Pin['kind'], string>> = {
    agents: agent.name,
    task_types: taskType,
    phases: agent.phase,
  };
  const pin = settings.pins.find(({ kind, name }) => names[kind] === name);
  if (pin !== undefined) return pinned(pin, agent.tier);
  return {
    provider: null,
    model: null,
    tier: agent.tier,
    reason: `${agent.name} works with tier ${agent.tier} (roster)`,
  };
}

/** The cheaper model to try first, null where the roster does not allow it, the work is not simple, or a pin decides. */
export function cheaperRouteFor(agent: Asking, taskType: TaskType, chosen: Route): Route | null {
  const isSimple = taskType === 'boilerplate' || taskType === 'formatting';
  const isOpen = chosen.provider === null && chosen.model === null && chosen.tier === agent.tier;
  if (agent.tries === undefined || agent.tries === agent.tier || !isSimple || !isOpen) return null;
  const reason = `${taskType} is tried with tier ${agent.tries} first, as the roster allows ${agent.name}`;
  return { provider: null, model: null, tier: agent.tries, reason };
}

function pinned({ kind, name, provider, use, source }: Pin, tier: ModelTier): Route {
  const reason = `it is pinned by models.pins.${kind}.${name} of the ${source.tier} configuration${placeOf(source)}`;
  return 'tier' in use
    ? { provider, model: null, tier: use.tier, reason }
    : { provider, model: use.model, tier, reason };
}

function placeOf({ file, line }: RuleSource): string {
  if (file === null) return '';
  return line === null ? ` (${file})` : ` (${file}:${line})`;
}
