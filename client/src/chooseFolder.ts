import * as vscode from 'vscode';
import type { Client } from './client.ts';

/** The folder to look at: asks which of several, offers to open one where there is none. Null when nobody chose. */
export async function chooseFolder({ workspaces }: Client): Promise<string | null> {
  const folders = workspaces.folders();
  const [first, second] = folders;
  if (first === undefined) return await offerFolder();
  if (second === undefined) return first.uri.fsPath;
  const picked = await vscode.window.showWorkspaceFolderPick({ placeHolder: 'Which folder?' });
  return picked !== undefined && folders.includes(picked) ? picked.uri.fsPath : null;
}

/** The same for what runs something: without trust it says why nothing runs. */
export async function chooseFolderToWorkIn(client: Client): Promise<string | null> {
  if ((vscode.workspace.workspaceFolders ?? []).length > 0 && !vscode.workspace.isTrusted) {
    const manage = 'Manage Trust';
    const chosen = await vscode.window.showWarningMessage(
      'Loki: this folder is not trusted, so nothing runs in it. Trust it first if you know who wrote its files.',
      manage,
    );
    if (chosen === manage) await vscode.commands.executeCommand('workbench.trust.manage');
    return null;
  }
  return await chooseFolder(client);
}

async function offerFolder(): Promise<null> {
  const open = 'Open Folder';
  const demo = 'Open Demo';
  const isVirtual = (vscode.workspace.workspaceFolders ?? []).length > 0;
  const chosen = await vscode.window.showInformationMessage(
    isVirtual
      ? 'Loki: the open folder is not on a disk, and agents work on a branch of a git repository on disk. Open such a folder first.'
      : 'Loki: a task works on the files of a folder, and none is open. Open one first, or look at the demonstration.',
    open,
    demo,
  );
  if (chosen === open) await vscode.commands.executeCommand('vscode.openFolder');
  if (chosen === demo) await vscode.commands.executeCommand('loki.openDemo');
  return null;
}
