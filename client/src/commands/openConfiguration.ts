import path from 'node:path';
import * as z from 'zod/mini';
import * as vscode from 'vscode';
import { chooseFolder } from '../chooseFolder.ts';
import type { Client, Command } from '../client.ts';
import { placeIn } from '../placeIn.ts';

const given = z.object({ file: z.string(), line: z.number(), column: z.number() });
const names = ['config.yaml', 'config.json'];

const firstConfiguration = `# What agents may do in this project. Commit this file; agents cannot change it.
# All keys: docs/configuration.md of Loki.
# scope:
#   allowed_paths: [src/, test/]
#   denied_paths: [infrastructure/, secrets/]
#   allowed_commands: [npm test]
cost:
  max_per_task: 5.00
`;

/** `Loki: Open Configuration`: the folder's rules, at the mistake where there is one; an unsaved draft where there are none. */
export function openConfiguration(client: Client): Command {
  return {
    id: 'loki.openConfiguration',
    run: async (argument) => {
      const folder = await chooseFolder(client);
      if (folder === null) return;
      const parsed = z.safeParse(given, argument);
      const obstacle = client.workspaces.known(folder)?.obstacle;
      const place = parsed.success ? parsed.data : obstacle ? placeIn(obstacle.message) : null;
      const uri = place === null ? await configurationOf(folder) : vscode.Uri.file(path.resolve(folder, place.file));
      const document = await vscode.workspace.openTextDocument(uri);
      const editor = await vscode.window.showTextDocument(document);
      if (document.isUntitled && document.getText() === '') {
        await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), firstConfiguration));
      }
      if (place === null) return;
      const position = document.validatePosition(new vscode.Position(place.line - 1, place.column - 1));
      editor.selection = new vscode.Selection(position, position);
      editor.revealRange(new vscode.Range(position, position), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
    },
  };
}

/** The file there is, else a draft that is written only when the user saves it. */
async function configurationOf(folder: string): Promise<vscode.Uri> {
  const uris = names.map((name) => vscode.Uri.file(path.join(folder, '.loki', name)));
  for (const uri of uris) {
    try {
      await vscode.workspace.fs.stat(uri);
      return uri;
    } catch {
      // Not this one.
    }
  }
  return vscode.Uri.file(path.join(folder, '.loki', 'config.yaml')).with({ scheme: 'untitled' });
}
