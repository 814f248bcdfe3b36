import * as vscode from 'vscode';
import { runChanges } from '#protocol/task';
import { visibleLine } from '#protocol/visible';
import { chooseRun, hasChanges } from '../chooseRun.ts';
import type { Client, Command } from '../client.ts';
import { plainWords } from '../visible.ts';
import { serveChangeSides } from './changeSides.ts';

/** `Loki: Show Changes`: all files that a task changed, side by side in one editor. */
export function showChanges(client: Client): Command {
  const sides = serveChangeSides(client.extension);
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
      const side = (path: string, name: string, copy: string | null): vscode.Uri | undefined =>
        copy === null ? undefined : sides.uriOf({ path, name, copy });
      await vscode.commands.executeCommand(
        'vscode.changes',
        `${plainWords(visibleLine(task, 60))} (before ↔ after)`,
        files.map(({ path, before, after }) => [
          vscode.Uri.joinPath(root, path),
          side(path, 'before', before),
          side(path, 'after', after),
        ]),
      );
    },
  };
}
