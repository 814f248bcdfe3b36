import { Failure } from '../base/failure.ts';
import { resumeRun } from '../runs/resumeRun.ts';
import type { World } from '../runs/world.ts';
import type { CliCommand } from './command.ts';
import { readOptions, refuseMore, workspaceOf } from './options.ts';
import { runOutput } from './runOutput.ts';

/** `loki resume`: goes on with a run that was paused, cancelled, interrupted or failed. */
export function makeResumeCommand(world: World): CliCommand {
  return {
    name: 'resume',
    summary: 'Go on with a run that was paused, cancelled or interrupted',
    usage: 'loki resume RUN [--trust]',
    options: [['--trust', "agree to what the project's configuration asks for, as in CI"]],
    run: async (args, ctx) => {
      const { values, positionals } = readOptions(args, { trust: { type: 'boolean' } });
      const [runId] = positionals;
      if (runId === undefined) throw new Failure('usage', 'name one run: loki resume RUN');
      refuseMore('loki resume', positionals, 1);
      const workspace = workspaceOf(values, ctx);
      const output = runOutput(ctx, world.person, workspace, values.json === true);
      return await output.follow(
        async () => await resumeRun(world, { workspace, runId, isTrusted: values.trust === true }, output, ctx.signal),
      );
    },
  };
}
