import * as vscode from 'vscode';
import { policyRehearse } from '#protocol/rehearsal';
import { chooseFolder } from '../chooseFolder.ts';
import type { Client, Command } from '../client.ts';
import { rehearsalPage } from './rehearsalPage.ts';

const scheme = 'loki-rehearsal';

/** `Loki: Rehearse Policy`: what hostile agents would get past the configuration of a folder, as a page to read. */
export function rehearsePolicy(client: Client): Command {
  const { extension, sidecar } = client;
  const texts = new Map<string, string>();
  const changed = new vscode.EventEmitter<vscode.Uri>();
  extension.subscriptions.push(
    changed,
    vscode.workspace.registerTextDocumentContentProvider(scheme, {
      onDidChange: changed.event,
      provideTextDocumentContent: (uri) => texts.get(uri.toString()) ?? 'This rehearsal is closed; ask for it again.',
    }),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => texts.delete(uri.toString())),
  );
  return {
    id: 'loki.rehearsePolicy',
    run: async () => {
      const workspace = await chooseFolder(client);
      if (workspace === null) return;
      const rehearsal = await vscode.window.withProgress(
        { location: vscode.ProgressLocation.Notification, title: 'Loki: rehearsing the policy' },
        async () => await sidecar.ask(policyRehearse, { workspace }),
      );
      const uri = vscode.Uri.from({ scheme, path: '/Rehearsal.md', query: workspace });
      texts.set(uri.toString(), rehearsalPage(rehearsal));
      changed.fire(uri);
      await vscode.commands.executeCommand('markdown.showPreview', uri);
    },
  };
}
