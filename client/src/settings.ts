import * as vscode from 'vscode';

export interface Settings {
  readonly provider: string | null;
  readonly model: string | null;
  readonly profile: string | null;
  readonly includeChanges: 'ask' | 'always' | 'never';
}

/** What the user has set for a folder; empty means "as configured". */
export function readSettings(folder: string): Settings {
  const found = vscode.workspace.getConfiguration('loki', vscode.Uri.file(folder));
  const text = (name: string): string | null => {
    const value: unknown = found.get(name);
    return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
  };
  const include = text('includeChanges');
  return {
    provider: text('provider'),
    model: text('model'),
    profile: text('profile'),
    includeChanges: include === 'always' || include === 'never' ? include : 'ask',
  };
}

export function showsApprovals(): boolean {
  return vscode.workspace.getConfiguration('loki').get('showApprovals') !== 'badge';
}
