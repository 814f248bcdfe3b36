import os from 'node:os';
import path from 'node:path';

/** The folder of what belongs to the user and not to a project: `LOKI_HOME`, else `~/.loki`. */
export function lokiHome(env: NodeJS.ProcessEnv): string {
  const configured = env['LOKI_HOME'];
  return configured ? path.resolve(configured) : path.join(os.homedir(), '.loki');
}
