import * as vscode from 'vscode';
import { runResume } from '#protocol/task';
import { chooseRun, isResumable } from '../chooseRun.ts';
import type { Client, Command } from '../client.ts';
import { SidecarFailure } from '../sidecar/sidecarFailure.ts';

/** `Loki: Resume Task`: goes on after a pause, a cancel, a failure or a crash, in the same run. */
export function resumeTask(client: Client): Command {
  return {
    id: 'loki.resumeTask',
    run: async (argument) => {
      const run = await chooseRun(client, argument, isResumable, 'no task was left unfinished');
      if (run === null) return;
      const { workspace, runId } = run;
      const answer = await vscode.window.withProgress(
        { location: vscode.ProgressLocation.Notification, title: 'Loki: resuming the task' },
        async () => await client.sidecar.ask(runResume, { workspace, runId }),
      );
      if (answer.kind === 'failed') throw new SidecarFailure(answer.failure.code, answer.failure.message);
      client.pages.showTask(workspace, answer.runId);
    },
  };
}
