import * as vscode from 'vscode';

/** Says which keys are gone, and offers to set one again. */
export async function tellLostKeys(lost: readonly string[]): Promise<void> {
  if (lost.length === 0) return;
  const set = 'Set Provider Key';
  const words = `Loki: VS Code has not kept the key for ${lost.join(' and ')}; set it again, or install a keychain to keep it for good`;
  const chosen = await vscode.window.showWarningMessage(words, set);
  if (chosen === set) await vscode.commands.executeCommand('loki.setProviderKey', { provider: lost[0] });
}
