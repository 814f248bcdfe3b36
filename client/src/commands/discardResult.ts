import * as vscode from 'vscode';
import { runDiscard } from '#protocol/task';
import { visibleLine } from '#protocol/visible';
import { chooseRun, hasOpenResult } from '../chooseRun.ts';
import type { Client, Command } from '../client.ts';
import { plainWords } from '../visible.ts';

/** `Loki: Discard Result`: throws a task's branch and folder away, never without a yes. */
export function discardResult(client: Client): Command {
  return {
    id: 'loki.discardResult',
    run: async (argument) => {
      const run = await chooseRun(client, argument, hasOpenResult, 'no result waits to be discarded');
      if (run === null) return;
      const { workspace, runId, branch } = run;
      const isSure = await agrees(
        'Discard this result?',
        `“${visibleLine(run.task, 200)}”\n\nThe branch ${branch ?? ''} and its folder are removed. Your own files stay as they are.`,
        'Discard',
      );
      if (!isSure) return;
      let answer = await client.sidecar.ask(runDiscard, { workspace, runId, withForeignCommits: false });
      if (!answer.isDone && answer.mayInsist === true) {
        if (!(await agrees('Nothing was removed yet', answer.message, 'Discard Those Commits Too'))) return;
        answer = await client.sidecar.ask(runDiscard, { workspace, runId, withForeignCommits: true });
      }
      await client.reload(workspace);
      const words = `Loki: ${plainWords(answer.message)}`;
      void (answer.isDone ? vscode.window.showInformationMessage(words) : vscode.window.showWarningMessage(words));
    },
  };
}

async function agrees(question: string, detail: string, yes: string): Promise<boolean> {
  return (await vscode.window.showWarningMessage(question, { modal: true, detail: plainWords(detail) }, yes)) === yes;
}
