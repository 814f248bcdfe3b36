import path from 'node:path';
import * as vscode from 'vscode';

/** Opens a file of a folder at a line. The path comes from a page, so it must stay within the folder. */
export async function openPlace(workspace: string, file: string, line: number | null): Promise<void> {
  const full = path.resolve(workspace, file);
  const within = path.relative(workspace, full);
  if (within === '' || within.startsWith('..') || path.isAbsolute(within)) {
    throw new Error(`${file} is not in the folder of this task`);
  }
  const uri = vscode.Uri.file(full);
  try {
    await vscode.workspace.fs.stat(uri);
  } catch {
    void vscode.window.showInformationMessage(
      `Loki: ${within} is not in your files; it may be new in the task’s branch. Loki: Show Changes shows it there.`,
    );
    return;
  }
  const document = await vscode.workspace.openTextDocument(uri);
  const position = document.validatePosition(new vscode.Position(Math.max(0, (line ?? 1) - 1), 0));
  await vscode.window.showTextDocument(document, { selection: new vscode.Range(position, position) });
}
