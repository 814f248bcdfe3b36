import { withheldUnder, withheldWords, type WithheldKey } from '../../base/withheldKey.ts';
import type { ServedProgram } from '../../sandbox/confinement.ts';
import type { ServiceLaunch } from './settings.ts';

/** A launch with its references resolved. `secrets` are the values that came from the user's environment. */
export type ResolvedLaunch =
  | { readonly type: 'stdio'; readonly program: ServedProgram; readonly secrets: readonly string[] }
  | {
      readonly type: 'http';
      readonly url: string;
      readonly headers: Readonly<Record<string, string>>;
      readonly secrets: readonly string[];
    }
  | { readonly type: 'unresolved'; readonly problem: string };

/**
 * Puts in what a launch refers to: the workspace, and those variables of the user's environment that it names. Nothing
 * else of that environment reaches a server, and a provider's key under no name at all.
 */
export function resolveLaunch(
  launch: ServiceLaunch,
  env: NodeJS.ProcessEnv,
  workspace: string,
  withheld: readonly WithheldKey[],
): ResolvedLaunch {
  const secrets: string[] = [];
  const refused: WithheldKey[] = [];
  const missing: string[] = [];
  const fill = (text: string): string =>
    text.replaceAll(/\$\{(?:env:)?([A-Za-z_][A-Za-z0-9_]*)\}/g, (_, name: string) => {
      if (name === 'workspaceFolder') return workspace;
      const key = withheldUnder(name, withheld);
      if (key !== null) refused.push(key);
      const value = name.startsWith('LOKI_') ? undefined : env[name];
      if (value === undefined || value === '') missing.push(name);
      else secrets.push(value);
      return value ?? '';
    });
  const values = launch.type === 'stdio' ? launch.env : launch.headers;
  const filled = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, fill(value)]));
  const [key] = refused;
  if (key !== undefined) return { type: 'unresolved', problem: withheldWords(key) };
  const [name] = missing;
  if (name !== undefined) {
    const problem = name.startsWith('LOKI_')
      ? `it asks for ${name}, and Loki hands out none of its own settings`
      : `it needs the environment variable ${name}, which is not set; set it where Loki is started`;
    return { type: 'unresolved', problem };
  }
  const carried = carriedKey(launch, Object.values(filled), secrets, withheld);
  if (carried !== null) {
    const problem = `it would get the very key of the model provider ${carried.provider}, under another name; give it a key of its own`;
    return { type: 'unresolved', problem };
  }
  if (launch.type === 'http') return { type: 'http', url: launch.url, headers: filled, secrets };
  const args = launch.args.map((arg) => arg.replaceAll('${workspaceFolder}', () => workspace));
  return { type: 'stdio', program: { command: launch.command, args, cwd: launch.cwd, env: filled }, secrets };
}

/** Keys of local servers can be words such as `none`, which stand in other texts by chance. */
const leastTelling = 16;

/** The provider's key that something of a launch has in it, or is. */
function carriedKey(
  launch: ServiceLaunch,
  filled: readonly string[],
  fromEnvironment: readonly string[],
  withheld: readonly WithheldKey[],
): WithheldKey | null {
  const written = launch.type === 'stdio' ? [launch.command, launch.cwd, ...launch.args] : [launch.url];
  const texts = [...written, ...filled];
  const isCarried = (key: string): boolean =>
    fromEnvironment.some((value) => value.trim() === key) ||
    (key.length >= leastTelling && texts.some((text) => text.includes(key)));
  return withheld.find(({ values }) => values.some(isCarried)) ?? null;
}
