import type { Agent } from '../agents/agent.ts';
import { taskTypeOf } from '../agents/taskTypeOf.ts';
import { Failure } from '../base/failure.ts';
import type { TaskType } from '../base/taskType.ts';
import type { PricedModel } from '../gateway/modelGateway.ts';
import type { EditorModels } from '../models/editorModels.ts';
import { resolveEndpoint } from '../models/endpoint.ts';
import type { Scenario } from '../models/demo/scenario.ts';
import { readKey } from '../models/key.ts';
import { loadModel } from '../models/load.ts';
import type { Endpoint, Model } from '../models/model.ts';
import { cheaperRouteFor, routeFor, type Route } from '../models/route.ts';
import type { ModelSettings } from '../models/settings.ts';
import { pricedModel } from './pricedModel.ts';

/** The priced models of a run, one for each agent and kind of work, and the one that stands for the run in reports. */
export interface RunModels {
  readonly provider: string;
  readonly model: string;
  readonly isSimulated: boolean;
  /** What a person should know before the first request: a provider that could not stand in, for one. */
  readonly notices: readonly string[];
  forAgent(agent: Agent, task: string): AgentModels;
}

export interface AgentModels {
  readonly model: PricedModel;
  /** Tried first; the other one takes over as soon as it does not do. */
  readonly cheaper: PricedModel | null;
}

export interface ModelChoice {
  readonly settings: ModelSettings;
  readonly env: NodeJS.ProcessEnv;
  readonly provider: string | undefined;
  readonly model: string | undefined;
  readonly roster: readonly Agent[];
  readonly at: Date;
  readonly editor?: EditorModels | undefined;
  readonly removalsOf?: ((provider: string) => number) | undefined;
}

/** What an agent without a kind of work of its own may be asked for. */
const openTypes: readonly TaskType[] = ['implementation', 'boilerplate', 'formatting'];

/** Resolves and prices every model a run may ask, before anything else happens. Unknown prices are `price_unknown`. */
export async function openRunModels(choice: ModelChoice): Promise<RunModels> {
  refuseUnknownPins(choice);
  const notices = new Set<string>();
  const opened = new Map<string, AgentModels>();
  for (const agent of choice.roster) {
    for (const type of new Set(openTypes.map((open) => kindOf(agent, open)))) {
      const route = routeFor(agent, type, choice.settings, choice.model);
      const cheaper = cheaperRouteFor(agent, type, route);
      opened.set(`${agent.name}\n${type}`, {
        model: await openRoute(choice, route, notices),
        cheaper: cheaper === null ? null : await openRoute(choice, cheaper, notices),
      });
    }
  }
  const standing = standsForRun(choice);
  if (standing === undefined) throw new Failure('agent_invalid', 'the roster has no agents');
  const forAgent = (agent: Agent, task: string): AgentModels => {
    const found = opened.get(`${agent.name}\n${taskTypeOf(agent, task)}`);
    if (found !== undefined) return found;
    throw new Failure('agent_invalid', `no model was opened for ${agent.name}`);
  };
  const { endpoint } = forAgent(standing, '').model.model;
  return { ...standsFor(endpoint), notices: [...notices], forAgent };
}

/** The scripted model of a scenario, for every agent. */
export async function openDemoModels(
  scenario: Scenario,
  choice: Pick<ModelChoice, 'settings' | 'at'>,
  paceMs: number,
): Promise<RunModels> {
  const model = await pricedModel(loadModel({ kind: 'demo', scenario, paceMs }), choice);
  return { ...standsFor(model.model.endpoint), notices: [], forAgent: () => ({ model, cheaper: null }) };
}

/** An agent of the run's own provider, if any: a run that is resumed must not move to a provider that one of them is pinned to. */
function standsForRun({ roster, settings, model }: ModelChoice): Agent | undefined {
  const own = roster.filter((agent) => routeFor(agent, taskTypeOf(agent, ''), settings, model).provider === null);
  return own.find(({ tier }) => tier === 'balanced') ?? own[0] ?? roster[0];
}

/** A pin for nobody was meant for somebody. */
function refuseUnknownPins({ settings, roster }: ModelChoice): void {
  const names = roster.map(({ name }) => name);
  const unknown = settings.pins.find(({ kind, name }) => kind === 'agents' && !names.includes(name));
  if (unknown === undefined) return;
  throw new Failure(
    'config_invalid',
    `models.pins.agents.${unknown.name}: there is no such agent; the roster has ${names.join(', ')}`,
  );
}

function kindOf(agent: Agent, open: TaskType): TaskType {
  const own = taskTypeOf(agent, '');
  return own === 'implementation' ? open : own;
}

/** The model of a route, with those that stand in for it. Of these a provider that cannot be used is left out and told. */
async function openRoute(choice: ModelChoice, route: Route, notices: Set<string>): Promise<PricedModel> {
  const { settings, env } = choice;
  const provider = route.provider ?? choice.provider;
  if ((provider ?? settings.provider) === 'vscode') demandEditor(choice);
  const endpoint = resolveEndpoint({ settings, env, provider, model: route.model ?? undefined, tier: route.tier });
  const standIns: PricedModel[] = [];
  for (const name of settings.failover.filter((other) => other !== endpoint.provider)) {
    try {
      const other = resolveEndpoint({ settings, env, provider: name, tier: route.tier });
      const reason = `it stands in for ${endpoint.provider} (models.failover)`;
      standIns.push({ ...(await open(choice, other)), choice: { tier: route.tier, reason } });
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      notices.add(`${name} cannot stand in for ${endpoint.provider}: ${error.message}`);
    }
  }
  const { tier, reason } = route;
  return { ...(await open(choice, endpoint)), choice: { tier, reason }, standIns };
}

async function open(choice: ModelChoice, endpoint: Endpoint): Promise<PricedModel> {
  return await pricedModel(modelAt(endpoint, choice), choice);
}

function modelAt(endpoint: Endpoint, { env, editor, removalsOf }: ModelChoice): Model {
  const { provider } = endpoint;
  if (provider !== 'vscode') {
    const before = removalsOf?.(provider);
    const isKeyRemoved = (): boolean => removalsOf?.(provider) !== before;
    return loadModel({ kind: 'provider', endpoint, key: readKey(provider, env), isKeyRemoved });
  }
  return loadModel({ kind: 'editor', endpoint, editor: demandEditor({ editor }) });
}

/** Before anything else is asked for: at a terminal neither a name nor a price would help. */
function demandEditor({ editor }: Pick<ModelChoice, 'editor'>): EditorModels {
  if (editor !== undefined) return editor;
  throw new Failure(
    'provider_unknown',
    'the models of VS Code can be asked from VS Code only; choose another --provider, or start the task in the editor',
  );
}

function standsFor({ provider, model, isSimulated }: Endpoint) {
  return { provider, model, isSimulated };
}
