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
    usage: 'loki run "<task>" [options]\nloki run - [options]     reads the task from standard input',
    options: [
      ['--provider P', 'anthropic, openai, google, ollama, demo … (see loki models)'],
      ['--model M', 'one model for all agents, instead of one for each tier'],
      ['--profile P', 'the gates to verify with; see loki gate list'],
      ['--include-changes', 'start from your uncommitted work instead of the last commit'],
      ['--trust', "agree to what the project's configuration asks for, as in CI"],
      ['--scenario NAME|FILE', 'what the demo provider plays (by default a harmless one)'],
    ],
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
