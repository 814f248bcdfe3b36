import * as vscode from 'vscode';
import { gateRead, type GateState } from '#protocol/gate';
import { fromGatesPage, type FromGatesPage } from '#protocol/page';
import { later } from '../later.ts';
import { openPlace } from './openPlace.ts';
import type { Fill } from './pages.ts';
import { fillPanel, postTo } from './panel.ts';

/** The page of a folder's gates: the latest result of each, with its evidence. */
export function fillGatesPage(workspace: string): Fill {
  return (panel, { sidecar, runs, log, extension }) => {
    let state: GateState | null = null;
    const post = async (): Promise<void> => {
      state = await sidecar.ask(gateRead, { workspace });
      await postTo(panel, { type: 'state', workspace, state });
    };
    const take = async (message: FromGatesPage): Promise<void> => {
      switch (message.type) {
        case 'ready':
          return await post();
        case 'open':
          return await openPlace(workspace, message.path, message.line);
        case 'fix':
          await vscode.commands.executeCommand('loki.fixFinding', message.findingId, state?.runId ?? null, workspace);
          return;
        default:
          return message satisfies never;
      }
    };
    fillPanel(panel, { name: 'gates', extensionUri: extension.extensionUri, log, incoming: fromGatesPage, take });
    const soon = later(500, () => {
      if (panel.visible) post().catch((error: unknown) => log.warn(String(error)));
    });
    return vscode.Disposable.from(soon, runs.onChange(soon));
  };
}
