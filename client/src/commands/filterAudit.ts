import * as vscode from 'vscode';
import type { Client, Command } from '../client.ts';

/** `Loki: Filter Audit`: which entries the Audit view lists. */
export function filterAudit({ auditTree }: Client): Command {
  return {
    id: 'loki.filterAudit',
    run: async () => {
      const text = await vscode.window.showInputBox({
        title: 'Loki: Filter Audit',
        placeHolder: 'deny',
        prompt: 'Lists the entries that contain this text: a decision, an agent, a path, a run. Empty lists all.',
        value: auditTree.filter() ?? '',
      });
      if (text !== undefined) auditTree.setFilter(text.trim() === '' ? null : text.trim());
    },
  };
}

/** `Loki: Clear Audit Filter`. */
export function clearAuditFilter({ auditTree }: Client): Command {
  return { id: 'loki.clearAuditFilter', run: () => auditTree.setFilter(null) };
}
