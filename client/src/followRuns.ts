import * as vscode from 'vscode';
import { runChanged, runList } from '#protocol/task';
import { tellBudgets } from './budgetNotices.ts';
import type { Runs } from './runs/runs.ts';
import { followKeptKeys, handOverKeys } from './secrets.ts';
import { tellLostKeys } from './tellLostKeys.ts';
import type { Sidecar } from './sidecar/sidecar.ts';
import { tellViewState } from './views/viewState.ts';
import type { Workspaces } from './workspaces.ts';

interface Deps {
  readonly extension: vscode.ExtensionContext;
  readonly sidecar: Sidecar;
  readonly runs: Runs;
  readonly workspaces: Workspaces;
  readonly log: vscode.LogOutputChannel;
}

/** Keeps what is known of runs in step with the sidecar, through its starts and its deaths. Answers how to look anew. */
export function followRuns({ extension, sidecar, runs, workspaces, log }: Deps) {
  const reload = async (workspace: string): Promise<void> => {
    const listed = await sidecar.ask(runList, { workspace });
    runs.takeList(workspace, listed.runs);
  };
  const reloadAll = (): void => {
    const listings = workspaces
      .folders()
      .map(async ({ uri }) =>
        reload(uri.fsPath).catch((error: unknown) => log.warn(`The runs could not be listed: ${String(error)}`)),
      );
    void Promise.all(listings).then(() => tellViewState('tasks', 'listed'));
  };
  sidecar.hear(runChanged, (news) => {
    if (news.summary.state === 'working' && news.events.some(({ event }) => event.type === 'started')) {
      workspaces.focus(news.summary.workspace);
    }
    runs.take(news);
    tellBudgets(news);
  });
  const notHandedOver = (error: unknown): void => log.warn(`A kept key could not be handed over: ${String(error)}`);
  const subscriptions = vscode.Disposable.from(
    sidecar.onState(({ kind }) => {
      if (kind === 'ready') {
        reloadAll();
        handOverKeys({ extension, sidecar }).then(tellLostKeys).catch(notHandedOver);
      } else if (kind !== 'starting') runs.interrupt();
    }),
    followKeptKeys({ extension, sidecar }, notHandedOver),
    vscode.workspace.onDidChangeWorkspaceFolders(() => {
      if (sidecar.state.kind === 'ready') reloadAll();
    }),
  );
  return { reload, dispose: () => void subscriptions.dispose() };
}
