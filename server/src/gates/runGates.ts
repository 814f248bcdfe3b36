import type { GateId, GateResult } from '#protocol/gate';
import { inconclusive, type GateContext, type GateOutcome } from './gate.ts';
import type { Profile } from './profile.ts';
import { secretGate } from './secretGate.ts';
import { testsGate } from './testsGate.ts';

const missing: Readonly<Record<Exclude<GateId, 'tests' | 'secrets'>, string>> = {
  coverage: 'the profile asks for a minimum test coverage, which this version of Loki cannot measure',
  peer_review: 'the profile asks for reviews by people, which this version of Loki cannot count',
  performance: 'the profile asks for a performance check, which this version of Loki does not have',
};

/**
 * Runs the gates of a profile one after the other and tells each result as it comes. A gate that breaks is
 * inconclusive; it never takes the others down and never passes.
 */
export async function runGates(
  profile: Profile,
  ctx: GateContext,
  onGate: (gate: GateResult) => void | Promise<void>,
  signal: AbortSignal,
): Promise<readonly GateResult[]> {
  const results: GateResult[] = [];
  for (const { id, isRequired } of profile.gates) {
    const startedMs = performance.now();
    const outcome = await runGate(id, ctx, signal);
    const result: GateResult = { id, isRequired, ...outcome, durationMs: Math.round(performance.now() - startedMs) };
    results.push(result);
    await onGate(result);
  }
  return results;
}

async function runGate(id: GateId, ctx: GateContext, signal: AbortSignal): Promise<GateOutcome> {
  if (signal.aborted) return { ...inconclusive(null, 'cancelled before it started'), status: 'skipped' };
  try {
    if (id === 'tests') return await testsGate(ctx, signal);
    if (id === 'secrets') return await secretGate(ctx, signal);
    return inconclusive(null, missing[id]);
  } catch (error) {
    if (signal.aborted) return inconclusive(null, 'cancelled');
    return inconclusive(null, `the gate could not be run: ${error instanceof Error ? error.message : String(error)}`);
  }
}
