import * as vscode from 'vscode';
import { runAccept } from '#protocol/task';
import { chooseRun, hasOpenResult } from '../chooseRun.ts';
import type { Client, Command } from '../client.ts';
import { plainWords } from '../visible.ts';

/** `Loki: Accept Result`: takes a task's work into the user's branch; one that is blocked only after a second question. */
export function acceptResult(client: Client): Command {
  return {
    id: 'loki.acceptResult',
    run: async (argument) => {
      const run = await chooseRun(client, argument, hasOpenResult, 'no result waits to be accepted');
      if (run === null) return;
      const isBlocked = run.result?.verdict === 'BLOCKED';
      if (isBlocked && !(await agrees(run.result?.reason ?? 'A required gate failed.'))) return;
      const { workspace, runId } = run;
      const answer = await vscode.window.withProgress(
        { location: vscode.ProgressLocation.Notification, title: 'Loki: accepting the result' },
        async () => await client.sidecar.ask(runAccept, { workspace, runId, evenIfBlocked: isBlocked }),
      );
      await client.reload(workspace);
      const words = `Loki: ${plainWords(answer.message)}`;
      void (answer.isDone ? vscode.window.showInformationMessage(words) : vscode.window.showWarningMessage(words));
    },
  };
}

async function agrees(reason: string): Promise<boolean> {
  const accept = 'Accept Although Blocked';
  const detail = `${plainWords(reason)}\n\nThe gates say that this result should not be taken. That you took it is recorded.`;
  const chosen = await vscode.window.showWarningMessage(
    'This result is BLOCKED. Take it into your branch all the same?',
    { modal: true, detail },
    accept,
  );
  return chosen === accept;
}
