import type { RunEvent } from '#protocol/run';
import type { Clock } from '../base/clock.ts';
import { actorName } from '../policy/actor.ts';
import type { ModelGateway, ModelResult, PricedModel } from './modelGateway.ts';
import type { Situation } from './situation.ts';

/** How long a provider that failed for good is left alone before it is asked first again. */
const restMs = 5 * 60_000;

export interface StandInDeps {
  readonly tell: (event: RunEvent) => void;
  readonly clock: Pick<Clock, 'elapsedMs'>;
}

/**
 * A gateway that asks the next configured provider when one has failed for good, retries included. Each of them is asked
 * by the gateway below: decided, reserved and recorded anew. A refusal by policy of the model that was meant is final; a
 * stand-in that is refused is passed over. Tells once who works with which model and why.
 */
export function withStandIns(gateway: ModelGateway, { tell, clock }: StandInDeps): ModelGateway {
  const restsUntilMs = new Map<string, number>();
  const shown = new Set<string>();
  const isResting = (of: PricedModel): boolean => (restsUntilMs.get(nameOf(of)) ?? 0) > clock.elapsedMs();

  /** So that not every later request waits first for one that has failed. */
  const inOrder = (candidates: readonly PricedModel[]): readonly PricedModel[] => [
    ...candidates.filter((candidate) => !isResting(candidate)),
    ...candidates.filter(isResting),
  ];

  const tellChoice = ({ actor }: Situation, asked: PricedModel): void => {
    const words = `${actorName(actor)} asks ${nameOf(asked)}`;
    if (asked.choice === undefined || shown.has(words)) return;
    shown.add(words);
    tell({ type: 'notice', level: 'info', message: `${words}: ${asked.choice.reason}` });
  };

  return {
    request: async (situation, meant, request, signal) => {
      const candidates = inOrder([meant, ...(meant.standIns ?? [])]);
      let first: ModelResult | null = null;
      for (const [index, candidate] of candidates.entries()) {
        tellChoice(situation, candidate);
        const answer = await gateway.request(situation, candidate, request, signal);
        const isPassedOver = answer.kind === 'failed' || (answer.kind === 'refused' && candidate !== meant);
        if (!isPassedOver || signal.aborted) return answer;
        first ??= answer;
        restsUntilMs.set(nameOf(candidate), clock.elapsedMs() + restMs);
        const next = candidates[index + 1];
        if (next === undefined) break;
        const why = answer.kind === 'failed' ? answer.message : answer.reason;
        const message = `${nameOf(candidate)} cannot be asked (${why}); asking ${nameOf(next)} instead`;
        tell({ type: 'notice', level: 'warning', message });
      }
      return first ?? { kind: 'cancelled' };
    },
  };
}

function nameOf({ model: { endpoint } }: PricedModel): string {
  return `${endpoint.model} of ${endpoint.provider}`;
}
