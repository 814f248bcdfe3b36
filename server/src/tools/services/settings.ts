import type { ActionOf } from '#protocol/action';

/** How a server is reached, as the project's file has it: values of `env` and `headers` may refer to variables. */
export type ServiceLaunch =
  | {
      readonly type: 'stdio';
      readonly command: string;
      readonly args: readonly string[];
      readonly env: Readonly<Record<string, string>>;
      /** Relative to the workspace. */
      readonly cwd: string;
    }
  | { readonly type: 'http'; readonly url: string; readonly headers: Readonly<Record<string, string>> };

/** One MCP server that the project defines. */
export interface ServiceSettings {
  readonly name: string;
  /** The file that defines it, relative to the workspace. */
  readonly file: string;
  readonly launch: ServiceLaunch;
  /** SHA-256 of name and launch: what the user agrees to. */
  readonly definition: string;
}

/** The action that starts a server: everything about it but the values that may be secret. */
export function startAction({ name, launch, definition }: ServiceSettings): ActionOf<'mcp_start'> {
  return {
    kind: 'mcp_start',
    server: name,
    launch:
      launch.type === 'stdio'
        ? {
            type: 'stdio',
            command: launch.command,
            args: [...launch.args],
            cwd: launch.cwd,
            env: Object.keys(launch.env).sort(),
          }
        : { type: 'http', url: launch.url, headers: Object.keys(launch.headers).sort() },
    definition,
  };
}
