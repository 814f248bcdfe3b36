import * as vscode from 'vscode';
import { workspaceChanged, workspaceRead, type WorkspaceState } from '#protocol/workspace';
import type { Sidecar } from './sidecar/sidecar.ts';

export interface Workspaces extends vscode.Disposable {
  /** The folders that tasks can work in: those on a disk. */
  folders(): readonly vscode.WorkspaceFolder[];
  /** The folder that views without a folder of their own are about. */
  current(): vscode.WorkspaceFolder | null;
  /** Views follow this folder from now on. */
  focus(folder: string): void;
  /** What was last said about a folder. */
  known(folder: string): WorkspaceState | null;
  /** Looks anew. */
  read(folder: string): Promise<WorkspaceState>;
  readonly onChange: vscode.Event<void>;
}

/** The folders of the window, and what the sidecar says of them: what is missing is known before a task is started. */
export function createWorkspaces(sidecar: Sidecar, log: vscode.LogOutputChannel): Workspaces {
  const changed = new vscode.EventEmitter<void>();
  const states = new Map<string, WorkspaceState>();
  let focused: string | null = null;

  const folders = (): readonly vscode.WorkspaceFolder[] =>
    (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
  const take = (state: WorkspaceState): WorkspaceState => {
    states.set(state.workspace, state);
    changed.fire();
    return state;
  };
  const read = async (folder: string): Promise<WorkspaceState> =>
    take(await sidecar.ask(workspaceRead, { workspace: folder }));
  const readAll = (): void => {
    for (const { uri } of folders()) read(uri.fsPath).catch((error: unknown) => log.warn(String(error)));
  };

  sidecar.hear(workspaceChanged, (state) => void take(state));
  const subscriptions = [
    changed,
    sidecar.onState(({ kind }) => {
      if (kind === 'ready') readAll();
      else changed.fire();
    }),
    vscode.workspace.onDidChangeWorkspaceFolders(() => {
      changed.fire();
      if (sidecar.state.kind === 'ready') readAll();
    }),
    ...watchRepositories(() => {
      if (sidecar.state.kind === 'ready') readAll();
    }),
  ];
  return {
    folders,
    current: () => {
      const all = folders();
      const editor = vscode.window.activeTextEditor?.document.uri;
      const edited = editor === undefined ? undefined : vscode.workspace.getWorkspaceFolder(editor);
      return all.find(({ uri }) => uri.fsPath === focused) ?? all.find((folder) => folder === edited) ?? all[0] ?? null;
    },
    focus: (folder) => {
      if (focused === folder) return;
      focused = folder;
      changed.fire();
    },
    known: (folder) => states.get(folder) ?? null,
    read,
    onChange: changed.event,
    dispose: () => {
      for (const subscription of subscriptions) subscription.dispose();
    },
  };
}

/** A folder becomes a repository, or gets its first commit, without anybody telling Loki. */
function watchRepositories(look: () => void): readonly vscode.Disposable[] {
  const watcher = vscode.workspace.createFileSystemWatcher('**/.git/{HEAD,refs/heads/*}', false, true, true);
  return [watcher, watcher.onDidCreate(look)];
}
