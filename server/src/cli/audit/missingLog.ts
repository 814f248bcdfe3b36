import { listSegments } from '../../audit/file/segments.ts';
import { Failure } from '../../base/failure.ts';
import { auditedFolderAbove } from './auditFolder.ts';
import type { AuditCommandDeps } from './deps.ts';

/** The folder of a workspace's audit log; a failure that says what to do where it has none. */
export async function existingLog(
  { auditFolderOf }: AuditCommandDeps,
  workspace: string,
  env: NodeJS.ProcessEnv,
): Promise<string> {
  const folder = await auditFolderOf(workspace, env);
  if ((await listSegments(folder)).length === 0) throw await missingLog(workspace, folder);
  return folder;
}

/** What to say where there is no log in a folder. */
export async function missingLog(workspace: string, folder: string): Promise<Failure> {
  const above = await auditedFolderAbove(workspace);
  const remedy =
    above === null
      ? 'start a task with loki run, or name another project with --workspace'
      : `there is one above it: give --workspace ${above}`;
  return new Failure(
    'audit_missing',
    `there is no audit log in ${folder}: nothing was recorded there yet, or it was removed; ${remedy}`,
  );
}
