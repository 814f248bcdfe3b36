import { unreachable } from '../base/invariant.ts';
import type { CommandOutcome } from './confinement.ts';
import type { Ended } from './spawn.ts';

/** The exit code shells give a process that was killed. */
const killed = 137;

/** How a process ended, as a command's outcome. One that used too much was killed, and its output says why. */
export function commandOutcome(ended: Ended): CommandOutcome {
  const { end, output, isCut, durationMs } = ended;
  switch (end.kind) {
    case 'exited':
      return { kind: 'exited', exitCode: end.exitCode, output, isCut, durationMs };
    case 'exceeded':
      return { kind: 'exited', exitCode: killed, output: `${output}\n[killed: ${end.reason}]\n`, isCut, durationMs };
    case 'stopped':
      return { kind: end.because, output, durationMs };
    case 'not_started':
      return { kind: 'not_started', reason: `the command could not be started: ${end.reason}` };
    default:
      return unreachable(end);
  }
}
