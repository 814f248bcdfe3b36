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
 * else of that environment reaches a server.
 */
export function resolveLaunch(launch: ServiceLaunch, env: NodeJS.ProcessEnv, workspace: string): ResolvedLaunch {
  const secrets: string[] = [];
  const missing: string[] = [];
  const fill = (text: string): string =>
    text.replaceAll(/\$\{(?:env:)?([A-Za-z_][A-Za-z0-9_]*)\}/g, (_, name: string) => {
      if (name === 'workspaceFolder') return workspace;
      const value = name.startsWith('LOKI_') ? undefined : env[name];
      if (value === undefined || value === '') missing.push(name);
      else secrets.push(value);
      return value ?? '';
    });
  const values = launch.type === 'stdio' ? launch.env : launch.headers;
  const filled = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, fill(value)]));
  const [name] = missing;
  if (name !== undefined) {
    const problem = name.startsWith('LOKI_')
      ? `it asks for ${name}, and Loki hands out none of its own settings`
      : `it needs the environment variable ${name}, which is not set; set it where Loki is started`;
    return { type: 'unresolved', problem };
  }
  if (launch.type === 'http') return { type: 'http', url: launch.url, headers: filled, secrets };
  const args = launch.args.map((arg) => arg.replaceAll('${workspaceFolder}', () => workspace));
  return { type: 'stdio', program: { command: launch.command, args, cwd: launch.cwd, env: filled }, secrets };
}
