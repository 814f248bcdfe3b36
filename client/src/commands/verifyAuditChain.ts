import * as vscode from 'vscode';
import { auditStanding, toastOf } from '../auditLine.ts';
import { chooseFolder } from '../chooseFolder.ts';
import type { Client, Command } from '../client.ts';
import { plainWords } from '../visible.ts';

/** `Loki: Verify Audit Chain`: reads the whole log and says whether anything was altered, and whether anything is missing. */
export function verifyAuditChain(client: Client): Command {
  return {
    id: 'loki.verifyAuditChain',
    run: async () => {
      const folder = await chooseFolder(client);
      if (folder === null) return;
      const state = await vscode.window.withProgress(
        { location: vscode.ProgressLocation.Notification, title: 'Loki: verifying the audit chain' },
        async () => await client.auditTree.verify(folder),
      );
      const words = `Loki: ${plainWords(toastOf(state))}`;
      const show = 'Show Audit';
      const chosen =
        state.isAbsent || auditStanding(state) === 'good'
          ? await vscode.window.showInformationMessage(words, ...(state.isAbsent ? [] : [show]))
          : state.verification?.valid === true
            ? await vscode.window.showWarningMessage(words, show)
            : await vscode.window.showErrorMessage(words, show, 'Show Log');
      if (chosen === show) client.pages.showAudit(folder);
      if (chosen === 'Show Log') client.log.show(true);
    },
  };
}
