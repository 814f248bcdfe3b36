import * as vscode from 'vscode';
import { chooseFolder } from '../chooseFolder.ts';
import type { Client, Command } from '../client.ts';
import { plainWords } from '../visible.ts';

/** `Loki: Verify Audit Chain`: reads the whole log and says whether it is whole. */
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
      const words = `Loki: ${plainWords(state.message)}`;
      const show = 'Show Audit';
      const isGood = state.isAbsent || state.verification?.valid === true;
      const chosen = isGood
        ? await vscode.window.showInformationMessage(words, ...(state.isAbsent ? [] : [show]))
        : await vscode.window.showErrorMessage(words, show, 'Show Log');
      if (chosen === show) client.pages.showAudit(folder);
      if (chosen === 'Show Log') client.log.show(true);
    },
  };
}
