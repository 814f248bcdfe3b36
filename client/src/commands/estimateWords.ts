import type * as z from 'zod/mini';
import type { runEstimate } from '#protocol/task';
import { limitUsd, usd } from '../words.ts';

type Estimate = z.output<(typeof runEstimate)['result']>;

/** What a task may cost, in words: `likely $0.12, at most $5.00`. */
export function estimateWords({ likelyUsd, worstUsd, simulated }: Estimate): string {
  const likely = likelyUsd === null ? null : `likely ${usd(likelyUsd)}`;
  const worst = worstUsd === null ? 'no limit is set' : `at most ${limitUsd(worstUsd)}`;
  const words = [likely, worst].filter((part) => part !== null).join(', ');
  return simulated ? `scripted, costs nothing (counts as ${words}, simulated)` : words;
}
