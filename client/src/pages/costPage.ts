import * as vscode from 'vscode';
import { costRead } from '#protocol/cost';
import { fromCostPage, type FromCostPage } from '#protocol/page';
import { later } from '../later.ts';
import type { Fill } from './pages.ts';
import { fillPanel, postTo } from './panel.ts';

/** The page of a folder's money: how each window is burnt down, and what it went to. */
export function fillCostPage(workspace: string): Fill {
  return (panel, { sidecar, runs, log, extension }) => {
    const post = async (): Promise<void> => {
      await postTo(panel, { type: 'state', workspace, state: await sidecar.ask(costRead, { workspace }) });
    };
    const take = async (message: FromCostPage): Promise<void> => {
      switch (message.type) {
        case 'ready':
          return await post();
        case 'raise':
          await vscode.commands.executeCommand('loki.raiseCostLimit', message.window, workspace);
          return await post();
        default:
          return message satisfies never;
      }
    };
    fillPanel(panel, { name: 'cost', extensionUri: extension.extensionUri, log, incoming: fromCostPage, take });
    const soon = later(1000, () => {
      if (panel.visible) post().catch((error: unknown) => log.warn(String(error)));
    });
    return vscode.Disposable.from(soon, runs.onChange(soon));
  };
}
