import { Failure } from '../base/failure.ts';
import { startRun } from '../runs/startRun.ts';
import type { World } from '../runs/world.ts';
import type { CliCommand } from './command.ts';
import { readOptions, workspaceOf } from './options.ts';
import { readInput } from './readInput.ts';
import { runOutput } from './runOutput.ts';

/** `loki run`: one task, from its words to a verdict. */
export function makeRunCommand(world: World): CliCommand {
  return {
    name: 'run',
    summary: 'Run a task: agents plan, change, review and verify on a branch of their own',
    usage:
      'loki run "<task>" [--provider P] [--model M] [--profile P] [--include-changes] [--trust] [--json] [--workspace DIR]\n' +
      '       loki run -          reads the task from standard input\n' +
      '       --scenario NAME|FILE  what the demo provider plays (by default a harmless one)',
    run: async (args, ctx) => {
      const { values, positionals } = readOptions(args, {
        provider: { type: 'string' },
        model: { type: 'string' },
        profile: { type: 'string' },
        'include-changes': { type: 'boolean' },
        trust: { type: 'boolean' },
        scenario: { type: 'string' },
      });
      if (positionals.length > 1) {
        throw new Failure('usage', 'the task is one argument: put it in quotes, loki run "Add a greeting"');
      }
      const task = positionals[0] === '-' ? (await readInput(ctx)).toString('utf8') : (positionals[0] ?? '');
      const workspace = workspaceOf(values, ctx);
      const output = runOutput(ctx, world.person, workspace, values.json === true);
      const { provider, model, profile, scenario } = values;
      const request = {
        workspace,
        task,
        provider,
        model,
        profile,
        scenario,
        includeChanges: values['include-changes'] === true,
        isTrusted: values.trust === true,
      };
      return await output.follow(async () => await startRun(world, request, output, ctx.signal));
    },
  };
}
