import path from 'node:path';
import { hasAuditLog } from '../../audit/file/segments.ts';
import { lokiHome } from '../../base/lokiHome.ts';
import { loadConfig } from '../../config/loadConfig.ts';
import { foldersAbove } from '../../config/rulesAbove.ts';

/** Where a workspace's audit log lies, as its configuration says. Reads only. */
export async function auditFolderOf(workspace: string, env: NodeJS.ProcessEnv): Promise<string> {
  const config = await loadConfig({ workspace, env, lokiHome: lokiHome(env) });
  return path.join(workspace, config.auditFolder);
}

/** A folder above the workspace, in its repository, that has an audit log in the usual place; null for none. */
export async function auditedFolderAbove(workspace: string): Promise<string | null> {
  for (const folder of await foldersAbove(workspace)) {
    if (await hasAuditLog(path.join(folder, '.loki', 'audit'))) return folder;
  }
  return null;
}
