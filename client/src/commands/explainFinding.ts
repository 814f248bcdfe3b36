import * as vscode from 'vscode';
import type { Client, Command } from '../client.ts';
import { explanationOf } from './explanationOf.ts';
import { findingOf } from './findingOf.ts';

const scheme = 'loki-explain';

/** *Explain*: what was found, by whom, on what evidence, and what it means for the verdict, as a page to read. */
export function explainFinding(client: Client): Command {
  const { extension } = client;
  const texts = new Map<string, string>();
  extension.subscriptions.push(
    vscode.workspace.registerTextDocumentContentProvider(scheme, {
      provideTextDocumentContent: (uri) => texts.get(uri.toString()) ?? 'This explanation is closed; ask for it again.',
    }),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => texts.delete(uri.toString())),
  );
  return {
    id: 'loki.explainFinding',
    run: async (...args) => {
      const { finding, gate } = await findingOf(client, args);
      const uri = vscode.Uri.from({ scheme, path: '/Finding.md', query: finding.id });
      texts.set(uri.toString(), explanationOf(finding, gate));
      await vscode.commands.executeCommand('markdown.showPreviewToSide', uri);
    },
  };
}
