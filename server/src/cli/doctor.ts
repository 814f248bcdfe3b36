import { detectSandbox } from '../sandbox/detect.ts';
import { readKey } from '../models/key.ts';
import { openRepository } from '../workspace/repository.ts';
import { Failure } from '../base/failure.ts';
import { loadConfig } from '../config/loadConfig.ts';
import type { World } from '../runs/world.ts';
import type { CliCommand } from './command.ts';
import { readOptions, refuseMore, workspaceOf } from './options.ts';
import { styleFor } from './style.ts';

interface Check {
  readonly name: string;
  readonly state: 'good' | 'warning' | 'bad';
  readonly detail: string;
}

/** `loki doctor`: what this machine and this workspace offer a run, and what is missing. Never writes. */
export function makeDoctorCommand(world: World): CliCommand {
  return {
    name: 'doctor',
    summary: 'Say what this machine and this workspace offer a run, and what is missing',
    usage: 'loki doctor [--json] [--workspace DIR]',
    run: async (args, ctx) => {
      const { values, positionals } = readOptions(args, {});
      refuseMore('loki doctor', positionals);
      const checks = await examine(world, workspaceOf(values, ctx));
      if (values.json === true) {
        ctx.print(`${JSON.stringify({ checks })}\n`);
        return 0;
      }
      const style = styleFor(ctx.isInteractive, ctx.env);
      const marks = { good: style.good('✓'), warning: style.warn('!'), bad: style.bad('✗') };
      for (const { name, state, detail } of checks) ctx.print(`${marks[state]} ${name.padEnd(14)} ${detail}\n`);
      return 0;
    },
  };
}

async function examine(world: World, workspace: string): Promise<readonly Check[]> {
  return await Promise.all([
    Promise.resolve<Check>({ name: 'node', state: 'good', detail: `${process.versions.node} on ${process.platform}` }),
    examineSandbox(world),
    failing('repository', async () => {
      const { root, branch } = await openRepository(workspace);
      return `${root}${branch === null ? ' (no branch checked out)' : ` on ${branch}`}`;
    }),
    failing('configuration', async () => {
      const { files } = await loadConfig({ workspace, env: world.env, lokiHome: world.lokiHome });
      return files.length === 0
        ? 'defaults; there is no file'
        : files.map((file) => `${file.path} (${file.tier})`).join(', ');
    }),
    failing(
      'model keys',
      async () => {
        const found = ['anthropic', 'openai'].filter((name) => readKey(name, world.env) !== null);
        if (found.length > 0) return `${found.join(', ')} (from the environment)`;
        throw new Failure('key_missing', 'none set; --provider demo and local models need none');
      },
      'warning',
    ),
  ]);
}

async function examineSandbox({ env }: World): Promise<Check> {
  const { confinement } = await detectSandbox(env);
  const isConfined = confinement.kind !== 'none';
  return { name: 'sandbox', state: isConfined ? 'good' : 'bad', detail: `${confinement.kind}: ${confinement.detail}` };
}

async function failing(name: string, look: () => Promise<string>, otherwise: Check['state'] = 'bad'): Promise<Check> {
  try {
    return { name, state: 'good', detail: await look() };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { name, state: otherwise, detail: error.message };
  }
}
