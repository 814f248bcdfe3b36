import * as vscode from 'vscode';
import { runChanges } from '#protocol/task';
import { chooseRun, hasChanges } from '../chooseRun.ts';
import type { Client, Command } from '../client.ts';
import { plainWords, visibleLine } from '../visible.ts';

/** `Loki: Show Changes`: all files that a task changed, side by side in one editor. */
export function showChanges(client: Client): Command {
  return {
    id: 'loki.showChanges',
    run: async (argument) => {
      const run = await chooseRun(client, argument, hasChanges, 'no task has changed a file');
      if (run === null) return;
      const { workspace, runId, task } = run;
      const { files } = await client.sidecar.ask(runChanges, { workspace, runId });
      if (files.length === 0) {
        void vscode.window.showInformationMessage('Loki: this task has changed no file yet');
        return;
      }
      const root = vscode.Uri.file(workspace);
      await vscode.commands.executeCommand(
        'vscode.changes',
        `Loki: ${plainWords(visibleLine(task, 60))}`,
        files.map(({ path, before, after }) => [vscode.Uri.joinPath(root, path), fileOf(before), fileOf(after)]),
      );
    },
  };
}

function fileOf(path: string | null): vscode.Uri | undefined {
  return path === null ? undefined : vscode.Uri.file(path);
}
