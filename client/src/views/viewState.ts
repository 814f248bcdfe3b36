import * as vscode from 'vscode';

/**
 * Says what a view stands at, so that it never says "nothing yet" before anybody has looked; package.json, `viewsWelcome`.
 * Until the first call the view is loading.
 */
export function tellViewState(view: 'tasks' | 'audit' | 'gates', state: 'listed' | 'empty' | 'failed'): void {
  void vscode.commands.executeCommand('setContext', `loki.${view}View`, state);
}
