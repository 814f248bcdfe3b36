import * as vscode from 'vscode';
import { runCancel, runStart } from '#protocol/task';
import { chooseFolderToWorkIn } from '../chooseFolder.ts';
import type { Client, Command } from '../client.ts';
import { readSettings } from '../settings.ts';
import { SidecarFailure } from '../sidecar/sidecarFailure.ts';
import { tellFailure } from '../tell.ts';
import { askChanges } from './askChanges.ts';
import { askProvider } from './askProvider.ts';
import { providerFor } from './providerFor.ts';
import { askTask } from './askTask.ts';
import { selection } from './selection.ts';

/** What a task is started with. */
export interface TaskOrder {
  readonly workspace: string;
  readonly task: string;
  readonly provider: string | null;
  readonly includeChanges: boolean;
  readonly scenario: string | null;
}

/** `Loki: Run Task`: a text, and as few questions as possible. */
export function runTask(client: Client): Command {
  return {
    id: 'loki.runTask',
    run: async () => {
      const folder = await chooseFolderToWorkIn(client);
      if (folder === null) return;
      const state = await client.workspaces.read(folder);
      if (state.obstacle !== null) {
        await tellFailure(client.log, new SidecarFailure(state.obstacle.code, state.obstacle.message));
        return;
      }
      const provider = providerFor(state, readSettings(folder));
      const task = await askTask(client, folder, provider, selection());
      if (task === undefined) return;
      const includeChanges = await askChanges(folder);
      if (includeChanges === undefined) return;
      const chosen = provider ?? (await askProvider(client, state));
      if (chosen === null) return;
      await startTask(client, { workspace: folder, task, provider: chosen, includeChanges, scenario: null });
    },
  };
}

/** Starts a task and shows it; until the run has an id, the notification can cancel it. */
export async function startTask(client: Client, order: TaskOrder): Promise<void> {
  const { model, profile } = readSettings(order.workspace);
  const isScripted = order.scenario !== null;
  const started = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: 'Loki: starting the task', cancellable: true },
    async (_progress, token) => {
      const params = { ...order, model: isScripted ? null : model, profile: isScripted ? null : profile };
      const answer = await client.sidecar.ask(runStart, params, token).catch((error: unknown) => {
        if (token.isCancellationRequested) return null;
        throw error;
      });
      if (!token.isCancellationRequested || answer?.kind !== 'started') return answer;
      // It was cancelled while the answer was on its way: the run that came to be is ended.
      await client.sidecar.ask(runCancel, { runId: answer.runId });
      return null;
    },
  );
  if (started === null) return;
  if (started.kind === 'failed') throw new SidecarFailure(started.failure.code, started.failure.message);
  client.workspaces.focus(order.workspace);
  client.pages.showTask(order.workspace, started.runId);
}
