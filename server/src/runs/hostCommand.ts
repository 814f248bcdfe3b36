import type { Gateway } from '../gateway/gateway.ts';
import type { Situation } from '../gateway/situation.ts';
import type { CommandOutcome } from '../sandbox/confinement.ts';

/** A command of Loki's own (a gate, a set-up) takes the same path as an agent's; what does not run is `not_started`. */
export async function runHostCommand(
  gateway: Gateway,
  situation: Situation,
  command: string,
  signal: AbortSignal,
): Promise<CommandOutcome> {
  const result = await gateway.act(situation, { kind: 'command', command }, signal);
  if (result.performed?.command !== undefined) return result.performed.command;
  switch (result.kind) {
    case 'refused':
    case 'failed':
      return { kind: 'not_started', reason: result.reason };
    case 'expired':
      return { kind: 'not_started', reason: `it needs an approval that nobody gave (${result.why})` };
    case 'denied':
      return { kind: 'not_started', reason: 'a person denied it' };
    case 'cancelled':
      return { kind: 'cancelled', output: '', durationMs: 0 };
    case 'done':
    case 'invalid':
      return { kind: 'not_started', reason: 'it did not run as a command' };
  }
}
