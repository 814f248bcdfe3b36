import * as vscode from 'vscode';

export interface Selection {
  readonly text: string;
  /** Where it stands: `src/cart.js, lines 3–14`. */
  readonly place: string;
}

/** What is selected in the active editor, or null. */
export function selection(): Selection | null {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined || editor.selection.isEmpty) return null;
  const { document, selection } = editor;
  const text = document.getText(selection);
  if (text.trim() === '') return null;
  const [from, to] = [selection.start.line + 1, selection.end.line + 1];
  const lines = from === to ? `line ${from}` : `lines ${from}–${to}`;
  return { text, place: `${vscode.workspace.asRelativePath(document.uri)}, ${lines}` };
}
