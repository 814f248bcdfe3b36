import { loadConfig } from '../config/loadConfig.ts';
import { readProviders, type AvailableModel, type KeyPlaces } from '../runs/readProviders.ts';
import type { World } from '../runs/world.ts';
import type { CliCommand } from './command.ts';
import { readOptions, refuseMore, workspaceOf } from './options.ts';
import { styleFor } from './style.ts';

/** `loki models`: which providers and models are really there. Reads only; exit 0. */
export function makeModelsCommand(world: World, keys: KeyPlaces): CliCommand {
  return {
    name: 'models',
    summary: 'List the providers and models that are really there: keys, local servers',
    usage: 'loki models',
    options: [],
    run: async (args, ctx) => {
      const { values, positionals } = readOptions(args, {});
      refuseMore('loki models', positionals);
      const workspace = workspaceOf(values, ctx);
      const config = await loadConfig({ workspace, env: world.env, lokiHome: world.lokiHome });
      const providers = await readProviders(world, config, keys);
      if (values.json === true) {
        ctx.print(`${JSON.stringify({ providers })}\n`);
        return 0;
      }
      const style = styleFor(ctx.printsToTerminal, ctx.env);
      for (const { name, isReady, detail, models } of providers) {
        ctx.print(`${isReady ? style.good('✓') : style.warn('–')} ${name.padEnd(12)} ${detail}\n`);
        for (const model of models) ctx.print(`    ${modelLine(model)}\n`);
      }
      return 0;
    },
  };
}

function modelLine({ name, tier }: AvailableModel): string {
  return tier === null ? name : `${tier.padEnd(9)} ${name}`;
}
