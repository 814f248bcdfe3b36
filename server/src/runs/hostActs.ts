import type { GateResult } from '#protocol/gate';
import { runGates } from '../gates/runGates.ts';
import type { Gateway } from '../gateway/gateway.ts';
import type { Recorder } from '../gateway/recorder.ts';
import type { Situation } from '../gateway/situation.ts';
import { commitAll } from '../workspace/changes.ts';
import type { RunParts } from './conduct.ts';
import { runGateCommand } from './gateCommand.ts';

/** What Loki itself does in a run, each recorded with `who: loki`: commits of what agents left, and the gates. */
export interface HostActs {
  commitLeftovers(cycle: number): Promise<void>;
  runGates(cycle: number, signal: AbortSignal): Promise<readonly GateResult[]>;
}

export function createHostActs({
  parts,
  gateway,
  recorder,
}: {
  readonly parts: RunParts;
  readonly gateway: Gateway;
  readonly recorder: Recorder;
}): HostActs {
  const { worktree, tell } = parts;
  return {
    commitLeftovers: async (cycle) => {
      const situation = hostSituation(parts, 'act', cycle, 'Keep what the agents did');
      const message = `Keep the work of cycle ${cycle}`;
      await recorder.host(situation, 'commit', worktree.branch, { stage: 'intent', message });
      const commit = await commitAll(worktree, { message, runId: parts.runId });
      await recorder.host(situation, 'commit', worktree.branch, { stage: 'outcome', commit });
    },
    runGates: async (cycle, signal) => {
      const situation = hostSituation(parts, 'verify', cycle, 'Verify the result');
      return await runGates(
        parts.profile,
        {
          worktree,
          testCommand: parts.testCommand,
          runCommand: (command, commandSignal) => runGateCommand(gateway, situation, command, commandSignal),
        },
        async (gate) => {
          await recorder.host(situation, 'gate', gate.id, {
            stage: 'outcome',
            result: gate.status,
            required: gate.isRequired,
            command: gate.command,
            exit_code: gate.exitCode,
            duration_ms: Math.round(gate.durationMs),
            findings: gate.findings.length,
          });
          tell({ type: 'gate', cycle, gate });
        },
        signal,
      );
    },
  };
}

function hostSituation(
  { runId, taskId }: RunParts,
  phase: NonNullable<Situation['phase']>,
  cycle: number,
  why: string,
): Situation {
  return { runId, taskId, actor: { kind: 'loki' }, phase, cycle, why };
}
