import { loadRoster } from '../agents/loadRoster.ts';
import { Failure } from '../base/failure.ts';
import type { Config } from '../config/config.ts';
import { serviceConfirmation } from '../config/confirmations.ts';
import { loadConfig } from '../config/loadConfig.ts';
import { unconfirmed } from '../config/trust.ts';
import { loadProfile } from '../gates/profile.ts';
import { isServiceDenied } from '../policy/serviceStart.ts';
import { checkProviderIn } from '../runs/checkProvider.ts';
import { modelEnvironment } from '../runs/modelEnvironment.ts';
import { openRunModels } from '../runs/runModels.ts';
import type { World } from '../runs/world.ts';
import type { Sandbox } from '../sandbox/confinement.ts';
import { detectSandbox } from '../sandbox/detect.ts';
import { openRepository } from '../workspace/repository.ts';
import type { CliCommand } from './command.ts';
import { readOptions, refuseMore, workspaceOf } from './options.ts';
import { styleFor } from './style.ts';

/** Finds the sandbox of this machine, by trying to get out of it. */
type Detect = (env: NodeJS.ProcessEnv) => Promise<Pick<Sandbox, 'confinement'>>;

interface Check {
  readonly name: string;
  readonly state: 'good' | 'warning' | 'bad';
  readonly detail: string;
}

/** `loki doctor`: what this machine and this workspace offer a run, and what is missing. Never writes. Exit 1 when bad. */
export function makeDoctorCommand(world: World, detect: Detect = detectSandbox): CliCommand {
  return {
    name: 'doctor',
    summary: 'Say what this machine and this workspace offer a run, and what is missing',
    usage: 'loki doctor          exit code 0 ready (warnings included), 1 where a run would fail (✗)',
    options: [],
    run: async (args, ctx) => {
      const { values, positionals } = readOptions(args, {});
      refuseMore('loki doctor', positionals);
      const checks = await examine(world, workspaceOf(values, ctx), detect);
      const exitCode = checks.some(({ state }) => state === 'bad') ? 1 : 0;
      if (values.json === true) {
        ctx.print(`${JSON.stringify({ checks })}\n`);
        return exitCode;
      }
      const style = styleFor(ctx.printsToTerminal, ctx.env);
      const marks = { good: style.good('✓'), warning: style.warn('!'), bad: style.bad('✗') };
      for (const { name, state, detail } of checks) ctx.print(`${marks[state]} ${name.padEnd(14)} ${detail}\n`);
      return exitCode;
    },
  };
}

async function examine(world: World, workspace: string, detect: Detect): Promise<readonly Check[]> {
  const checks = await Promise.all([
    Promise.resolve<Check>({ name: 'node', state: 'good', detail: `${process.versions.node} on ${process.platform}` }),
    examineSandbox(world, detect),
    failing('repository', async () => {
      const { root, branch } = await openRepository(workspace);
      return `${root}${branch === null ? ' (no branch checked out)' : ` on ${branch}`}`;
    }),
    examineConfiguration(world, workspace),
  ]);
  return checks.flat();
}

/** The configuration, and whether what it names is there: a run would find out too late. */
async function examineConfiguration(world: World, workspace: string): Promise<readonly Check[]> {
  const loaded: Config[] = [];
  const configuration = await failing('configuration', async () => {
    const config = await loadConfig({ workspace, env: world.env, lokiHome: world.lokiHome });
    loaded.push(config);
    const files = config.files.map((file) => `${file.path} (${file.tier})`);
    return files.length === 0 ? 'defaults; there is no file' : files.join(', ');
  });
  const [config] = loaded;
  if (config === undefined) return [configuration];
  const gates = failing('gates', async () => {
    const profile = await loadProfile(workspace, config.gates.profile);
    return `${profile.name}: ${profile.gates.map(({ id }) => id).join(', ')}`;
  });
  return [configuration, await gates, await examineModels(world, config), ...(await examineServices(world, config))];
}

async function examineModels(world: World, { models: settings, policy }: Config): Promise<Check> {
  const { rosterFolder, clock } = world;
  // The options of a run can still name these; whatever else is wrong with a configured provider ends every run.
  const isOpen = (code: Failure['code']): boolean =>
    settings.provider === null || code === 'key_missing' || code === 'model_unknown';
  return await failing(
    'models',
    async () => {
      if (settings.provider === 'demo') return 'demo (a scripted model)';
      const roster = await loadRoster(rosterFolder);
      const env = await modelEnvironment(world, settings, undefined);
      const choice = { settings, env, provider: undefined, model: undefined, roster, at: clock.now() };
      const { provider, model } = await openRunModels(choice);
      if (checkProviderIn({ models: settings, policy }, env, provider, null)) return `${provider}, ${model}`;
      throw new Failure(
        'provider_refused',
        `${provider}, ${model}: residency in the configuration refuses it; choose another provider, or change what it allows`,
      );
    },
    ({ code }) => (isOpen(code) ? 'warning' : 'bad'),
  );
}

/** The MCP servers of the project, none of which is started for this; nothing where there are none. */
async function examineServices({ lokiHome }: World, config: Config): Promise<readonly Check[]> {
  const { services, serviceProblems, policy } = config;
  const open = await unconfirmed(lokiHome, services.map(serviceConfirmation));
  const named = services.map((settings) => {
    const { sha256 } = serviceConfirmation(settings);
    const standing = isServiceDenied(settings.name, policy)
      ? 'denied by denied_services'
      : open.some((item) => item.sha256 === sha256)
        ? 'not agreed to yet'
        : 'agreed to';
    return `${settings.name} (${settings.file}): ${standing}`;
  });
  const isOpen = named.some((line) => line.endsWith('not agreed to yet'));
  const servers: Check[] =
    named.length === 0 ? [] : [{ name: 'MCP servers', state: isOpen ? 'warning' : 'good', detail: named.join('; ') }];
  return [...servers, ...serviceProblems.map((detail): Check => ({ name: 'MCP servers', state: 'warning', detail }))];
}

async function examineSandbox({ env }: World, detect: Detect): Promise<Check> {
  const { confinement } = await detect(env);
  const isConfined = confinement.kind !== 'none';
  return { name: 'sandbox', state: isConfined ? 'good' : 'bad', detail: `${confinement.kind}: ${confinement.detail}` };
}

async function failing(
  name: string,
  look: () => Promise<string>,
  stateOf: (failure: Failure) => Check['state'] = () => 'bad',
): Promise<Check> {
  try {
    return { name, state: 'good', detail: await look() };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { name, state: stateOf(error), detail: error.message };
  }
}
