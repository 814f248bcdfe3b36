import { runCancel } from '#protocol/task';
import * as vscode from 'vscode';
import { chooseRun, isUnderWay } from '../chooseRun.ts';
import type { Client, Command } from '../client.ts';

/** `Loki: Cancel Task`: ends one run; its work so far is kept. */
export function cancelTask(client: Client): Command {
  return {
    id: 'loki.cancelTask',
    run: async (argument) => {
      const run = await chooseRun(client, argument, isUnderWay, 'no task is under way, so there is none to cancel');
      if (run === null) return;
      await vscode.window.withProgress(
        { location: vscode.ProgressLocation.Notification, title: 'Loki: cancelling the task' },
        async () => await client.sidecar.ask(runCancel, { runId: run.runId }),
      );
    },
  };
}
