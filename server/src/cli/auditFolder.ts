import path from 'node:path';
import { lokiHome } from '../base/lokiHome.ts';
import { loadConfig } from '../config/loadConfig.ts';

/** Where a workspace's audit log lies, as its configuration says. Reads only. */
export async function auditFolderOf(workspace: string, env: NodeJS.ProcessEnv): Promise<string> {
  const config = await loadConfig({ workspace, env, lokiHome: lokiHome(env) });
  return path.join(workspace, config.auditFolder);
}
