import path from 'node:path';
import { Failure } from '../base/failure.ts';

/** The folder that a request names. Only absolute paths have one meaning for the client and for this process. */
export function knownWorkspace(workspace: string): string {
  if (path.isAbsolute(workspace) && !workspace.includes('\0')) return workspace;
  throw new Failure('usage', `${JSON.stringify(workspace.slice(0, 200))} is no absolute path of a folder`);
}
