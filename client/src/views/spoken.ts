import type { TreeItem } from 'vscode';

/**
 * A row as it is seen, for readers of the screen and for voice control, which finds a row by the words that show (WCAG
 * 2.5.3): what only an icon says is added around it, never instead of it.
 */
export function spoken({ label, description }: TreeItem): string {
  const name = typeof label === 'string' ? label : (label?.label ?? '');
  return typeof description === 'string' && description !== '' ? `${name}, ${description}` : name;
}
