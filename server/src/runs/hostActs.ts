import type { GateResult } from '#protocol/gate';
import { unreachable } from '../base/invariant.ts';
import { runGates } from '../gates/runGates.ts';
import type { Gateway } from '../gateway/gateway.ts';
import type { Recorder } from '../gateway/recorder.ts';
import type { Situation } from '../gateway/situation.ts';
import type { CommandOutcome } from '../sandbox/confinement.ts';
import { addedLines } from '../workspace/addedLines.ts';
import { ignoredFiles, setAside } from '../workspace/ignoredFiles.ts';
import { builtLeftovers } from '../workspace/builtLeftovers.ts';
import { commitAll } from '../workspace/changes.ts';
import type { RunParts } from './conduct.ts';
import { runHostCommand } from './hostCommand.ts';

/** What Loki itself does in a run, each recorded with `who: loki`: commits of what agents left, and the gates. */
export interface HostActs {
  /**
   * Runs the configured set-up command in the fresh worktree and answers with what it made that git ignores. A failure is
   * told, and the gates will show what it means.
   */
  setUp(command: string, signal: AbortSignal): Promise<readonly string[]>;
  commitLeftovers(cycle: number): Promise<void>;
  /** Verifies what is on the branch: ignored files that the set-up did not make are out of the way meanwhile. */
  runGates(cycle: number, setUpFiles: readonly string[], signal: AbortSignal): Promise<readonly GateResult[]>;
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
  const named = new Set<string>();
  return {
    setUp: async (command, signal) => {
      const situation = hostSituation(parts, 'reason', 1, 'Prepare the fresh worktree');
      const outcome = await runHostCommand(gateway, situation, command, signal);
      if (outcome.kind === 'exited' && outcome.exitCode === 0) return await ignoredFiles(worktree);
      const message = `the set-up command (${command}) did not succeed (${whyNot(outcome)}); tests may not be able to run`;
      tell({ type: 'notice', level: 'warning', message });
      return await ignoredFiles(worktree);
    },
    commitLeftovers: async (cycle) => {
      const situation = hostSituation(parts, 'act', cycle, 'Keep what the agents did');
      const { rules } = await parts.scan.find(await addedLines(worktree));
      if (rules.length > 0) {
        // Once in the history a secret stays there; uncommitted, the secret gate finds it and the next cycle mends it.
        await recorder.host(situation, 'commit', worktree.branch, {
          stage: 'decision',
          result: 'refused',
          secrets: rules,
        });
        const message = `what agents left uncommitted stays so: it carries a secret (${rules.join(', ')})`;
        tell({ type: 'notice', level: 'warning', message });
        return;
      }
      const message = `Keep the work of cycle ${cycle}`;
      await recorder.host(situation, 'commit', worktree.branch, { stage: 'intent', message });
      const commit = await commitAll(worktree, { message, runId: parts.runId });
      await recorder.host(situation, 'commit', worktree.branch, { stage: 'outcome', commit });
      const built = (await builtLeftovers(worktree)).filter((folder) => !named.has(folder));
      if (built.length === 0) return;
      for (const folder of built) named.add(folder);
      const left = `left out of commits, being installed or built: ${listed(built)}; name them in .gitignore`;
      tell({ type: 'notice', level: 'info', message: left });
    },
    runGates: async (cycle, setUpFiles, signal) => {
      const situation = hostSituation(parts, 'verify', cycle, 'Verify the result');
      const madeByAgents = (await ignoredFiles(worktree)).filter((name) => !setUpFiles.includes(name));
      const aside = await setAside(worktree, madeByAgents);
      try {
        return await verifyAs(situation, cycle, signal);
      } finally {
        await aside.restore();
      }
    },
  };

  async function verifyAs(situation: Situation, cycle: number, signal: AbortSignal): Promise<readonly GateResult[]> {
    return await runGates(
      parts.profile,
      {
        worktree,
        testCommand: parts.testCommand,
        runCommand: (command, commandSignal) => runHostCommand(gateway, situation, command, commandSignal),
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
  }
}

/** Why a command did not succeed, in words for people. */
function whyNot(outcome: CommandOutcome): string {
  switch (outcome.kind) {
    case 'exited':
      return `exit code ${outcome.exitCode}`;
    case 'not_started':
      return outcome.reason;
    case 'timed_out':
      return `it took longer than ${Math.round(outcome.durationMs / 1000)} s`;
    case 'cancelled':
      return 'cancelled';
    default:
      return unreachable(outcome);
  }
}

function listed(folders: readonly string[]): string {
  const shown = folders.slice(0, 5).join(', ');
  return folders.length > 5 ? `${shown} and ${folders.length - 5} more` : shown;
}

function hostSituation(
  { runId, taskId }: RunParts,
  phase: NonNullable<Situation['phase']>,
  cycle: number,
  why: string,
): Situation {
  return { runId, taskId, actor: { kind: 'loki' }, phase, cycle, why };
}
