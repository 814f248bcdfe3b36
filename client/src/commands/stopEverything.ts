import * as vscode from 'vscode';
import { runCancel } from '#protocol/task';
import type { Client, Command } from '../client.ts';

/** `Loki: Stop Everything`: no question first, because whoever calls it is in a hurry; nothing is lost by it. */
export function stopEverything({ sidecar }: Client): Command {
  return {
    id: 'loki.stopEverything',
    run: async () => {
      const { cancelled } = await vscode.window.withProgress(
        { location: vscode.ProgressLocation.Notification, title: 'Loki: stopping everything' },
        async () => await sidecar.ask(runCancel, { runId: null }),
      );
      const count = cancelled === 1 ? '1 task' : `${cancelled} tasks`;
      void vscode.window.showInformationMessage(
        cancelled === 0
          ? 'Loki: no task was under way'
          : `Loki: stopped ${count}. The work so far is kept: resume or discard it`,
      );
    },
  };
}
