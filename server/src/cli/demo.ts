import { copySample } from '../runs/copySample.ts';
import { startRun } from '../runs/startRun.ts';
import type { World } from '../runs/world.ts';
import { loadScenario } from '../models/demo/loadScenario.ts';
import type { CliCommand } from './command.ts';
import { readOptions, refuseMore } from './options.ts';
import { runOutput } from './runOutput.ts';

/** `loki demo`: one whole run on a copy of the bundled sample, with a scripted model. Asks nothing, costs nothing. */
export function makeDemoCommand(world: World): CliCommand {
  return {
    name: 'demo',
    summary: 'Show a whole run on a sample project, with a scripted model and no key',
    usage: 'loki demo',
    options: [],
    run: async (args, ctx) => {
      const { values, positionals } = readOptions(args, {});
      refuseMore('loki demo', positionals);
      const workspace = await copySample(world.assetsFolder);
      const { task, name } = await loadScenario(world.assetsFolder, 'sample');
      const output = runOutput(ctx, world.person, workspace, values.json === true);
      if (values.json !== true) {
        ctx.print(
          'A demonstration: the model is scripted, its words are a recording. Everything else is real: the worktree,\n' +
            'the decisions, the commands, the tests, the gates, the ledger and the audit log.\n\n' +
            `Project   ${workspace}\n`,
        );
      }
      const request = {
        workspace,
        task: task ?? 'Mend the failing test',
        provider: 'demo',
        scenario: name,
        includeChanges: false,
        isTrusted: true,
      };
      return await output.follow(async () => await startRun(world, request, output, ctx.signal));
    },
  };
}
