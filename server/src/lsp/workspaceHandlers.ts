import { workspaceRead } from '#protocol/workspace';
import { knownWorkspace } from './knownWorkspace.ts';
import type { Rpc } from './rpc.ts';
import { readWorkspaceState, type WorkspaceReading } from './workspaceState.ts';

export interface WorkspaceDeps extends WorkspaceReading {
  /** The client has shown interest in a folder: its configuration is looked after from here on. */
  readonly noticed: (workspace: string) => void;
}

export function bindWorkspaceHandlers(rpc: Rpc, deps: WorkspaceDeps): void {
  rpc.answer(workspaceRead, async (params) => {
    const workspace = knownWorkspace(params.workspace);
    deps.noticed(workspace);
    return await readWorkspaceState(deps, workspace);
  });
}
