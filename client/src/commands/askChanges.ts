import * as vscode from 'vscode';
import { readSettings } from '../settings.ts';
import { uncommitted } from '../uncommitted.ts';

/** Whether the task starts from the uncommitted changes too; asked only where there are some. Undefined: nobody chose. */
export async function askChanges(folder: string): Promise<boolean | undefined> {
  const { includeChanges } = readSettings(folder);
  if (includeChanges !== 'ask') return includeChanges === 'always';
  const count = await uncommitted(folder);
  if (count === 0) return false;
  const what =
    count === null
      ? 'uncommitted changes, if there are any'
      : `${count} uncommitted ${count === 1 ? 'change' : 'changes'}`;
  const items = [
    { label: 'Start from the latest commit', detail: `Leaves out ${what}`, includes: false },
    {
      label: 'Start from my files as they are now',
      detail: `Takes along ${what}; your own files stay as they are`,
      includes: true,
    },
  ];
  const picked = await vscode.window.showQuickPick(items, {
    title: 'Loki: Run Task',
    placeHolder: 'You have uncommitted changes. What should agents start from?',
    ignoreFocusOut: true,
  });
  return picked?.includes;
}
