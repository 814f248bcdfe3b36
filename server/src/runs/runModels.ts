import type { Agent } from '../agents/agent.ts';
import { Failure } from '../base/failure.ts';
import { ratesOf } from '../cost/priceList.ts';
import type { PricedModel } from '../gateway/modelGateway.ts';
import type { Scenario } from '../models/demo/scenario.ts';
import { resolveEndpoint } from '../models/endpoint.ts';
import { readKey } from '../models/key.ts';
import { loadModel } from '../models/load.ts';
import type { Model } from '../models/model.ts';
import type { ModelSettings, ModelTier } from '../models/settings.ts';

/** The priced models of a run, one per tier that its agents name, and the one that stands for the run in reports. */
export interface RunModels {
  readonly provider: string;
  readonly model: string;
  readonly isSimulated: boolean;
  forAgent(agent: Agent): PricedModel;
}

export interface ModelChoice {
  readonly settings: ModelSettings;
  readonly env: NodeJS.ProcessEnv;
  readonly provider: string | undefined;
  readonly model: string | undefined;
  readonly roster: readonly Agent[];
  readonly at: Date;
}

/** Resolves and prices every model a run may ask, before anything else happens. Unknown prices are `price_unknown`. */
export async function openRunModels(choice: ModelChoice): Promise<RunModels> {
  const tiers = [...new Set(choice.roster.map(({ tier }) => tier))];
  const opened = new Map<ModelTier, PricedModel>();
  for (const tier of tiers) {
    const endpoint = resolveEndpoint({ ...choice, tier });
    const key = readKey(endpoint.provider, choice.env);
    opened.set(tier, await priced(loadModel({ kind: 'provider', endpoint, key }), choice));
  }
  return runModels(opened);
}

/** The scripted model of a scenario, for every agent. */
export async function openDemoModels(
  scenario: Scenario,
  choice: Pick<ModelChoice, 'settings' | 'at' | 'roster'>,
  paceMs: number,
): Promise<RunModels> {
  const model = await priced(loadModel({ kind: 'demo', scenario, paceMs }), choice);
  return runModels(new Map(choice.roster.map(({ tier }) => [tier, model])));
}

async function priced(model: Model, { settings, at }: Pick<ModelChoice, 'settings' | 'at'>): Promise<PricedModel> {
  const { pricedAs } = model.endpoint;
  const rates = await ratesOf(pricedAs, settings.prices, at);
  if (rates !== null) return { model, rates };
  throw new Failure(
    'price_unknown',
    `the price of ${pricedAs.model} (${pricedAs.provider}) is not known, and what has no price cannot be limited: ` +
      `put them into ~/.loki/config.yaml: models: { prices: { ${JSON.stringify(pricedAs.model)}: { input: 0, output: 0 } } } (US dollars per million tokens; 0 for a model of your own)`,
  );
}

function runModels(opened: ReadonlyMap<ModelTier, PricedModel>): RunModels {
  const [first] = opened.values();
  if (first === undefined) throw new Failure('agent_invalid', 'the roster has no agents');
  const { endpoint } = (opened.get('balanced') ?? first).model;
  return {
    provider: endpoint.provider,
    model: endpoint.model,
    isSimulated: endpoint.isSimulated,
    forAgent: (agent) => opened.get(agent.tier) ?? first,
  };
}
