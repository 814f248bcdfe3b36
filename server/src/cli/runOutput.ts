import type { RunEvent, RunResult } from '#protocol/run';
import { nobody, type Approver } from '../gateway/approver.ts';
import type { Audience } from '../runs/world.ts';
import type { CliContext } from './command.ts';
import { endingOf, type Ending } from './ending.ts';
import { exitCodeOf } from './exitCode.ts';
import { invocationFor } from './invocation.ts';
import { drawProgress } from './progress.ts';
import { styleFor } from './style.ts';
import { createTerminalApprover } from './terminalApprover.ts';

export interface RunOutput extends Audience {
  /** Runs to the result and answers the exit code; an end without a run's own result is told as a result too. */
  follow(run: () => Promise<RunResult>): Promise<number>;
}

/** Where a run's events and questions go: JSON lines, or a drawing for people and questions at their terminal. */
export function runOutput(ctx: CliContext, person: string, workspace: string, isJson: boolean): RunOutput {
  const style = styleFor(ctx.printsToTerminal, ctx.env);
  const draw = drawProgress(style, ctx.print, invocationFor(ctx, workspace));
  const tell = (event: RunEvent): void => (isJson ? ctx.print(`${JSON.stringify(event)}\n`) : draw(event));
  return {
    tell,
    approver: isJson ? nobody : terminalApprover(ctx, person),
    follow: async (run) => {
      try {
        return exitCodeOf(await run());
      } catch (error) {
        if (isJson) tell(resultWithoutRun(endingOf(error, ctx)));
        throw error;
      }
    },
  };
}

/** The person at the terminal, or nobody where there is none. */
export function terminalApprover(ctx: CliContext, person: string): Approver {
  if (!ctx.isInteractive) return nobody;
  const style = styleFor(ctx.isInteractive, ctx.env);
  return createTerminalApprover({ input: ctx.stdin, output: process.stderr, style, person });
}

function resultWithoutRun(ending: Ending): RunResult {
  return {
    type: 'result',
    status: ending.kind,
    verdict: null,
    runId: null,
    taskId: null,
    branch: null,
    filesChanged: [],
    costUsd: 0,
    simulated: false,
    tokens: { input: 0, output: 0 },
    gates: [],
    findings: [],
    audit: { valid: false, entries: 0 },
    confinement: { kind: 'none', detail: 'nothing was run' },
    cycles: 0,
    reason: ending.message,
    failure: ending.kind === 'failed' ? { code: ending.code, message: ending.message } : null,
  };
}
