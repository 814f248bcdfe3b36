import * as vscode from 'vscode';
import { auditList, auditVerify, type AuditState } from '#protocol/audit';
import { fromAuditPage, type FromAuditPage, type ToAuditPage } from '#protocol/page';
import { later } from '../later.ts';
import { tellFailure } from '../tell.ts';
import type { Fill } from './pages.ts';
import { fillPanel, postTo } from './panel.ts';
import { threatModel } from './threatModel.ts';

/** The page of a folder's record: the state of the chain, and windows over its entries as the page asks for them. */
export function fillAuditPage(workspace: string): Fill {
  return (panel, { sidecar, runs, auditTree, log, extension }) => {
    let state: AuditState | null = null;
    const post = async (message: ToAuditPage): Promise<void> => await postTo(panel, message);
    const verify = async (): Promise<void> => {
      if (state !== null) await post({ type: 'state', workspace, state, isVerifying: true });
      try {
        state = await auditTree.verify(workspace);
      } catch (error) {
        // A page that waits for ever says nothing; the old state and a message do.
        void tellFailure(log, error);
      }
      if (state !== null) await post({ type: 'state', workspace, state, isVerifying: false });
    };
    const take = async (message: FromAuditPage): Promise<void> => {
      switch (message.type) {
        case 'ready':
          state ??= await sidecar.ask(auditVerify, { workspace });
          return await post({ type: 'state', workspace, state, isVerifying: false });
        case 'verify':
          return await verify();
        case 'window': {
          const { request, filter, offset, limit } = message;
          const window = await sidecar.ask(auditList, { workspace, filter, offset, limit });
          return await post({ type: 'window', request, offset, window });
        }
        case 'showThreatModel':
          await vscode.commands.executeCommand(
            'markdown.showPreview',
            vscode.Uri.joinPath(extension.extensionUri, 'docs', threatModel.file).with({
              fragment: threatModel.heading,
            }),
          );
          return;
        default:
          return message satisfies never;
      }
    };
    fillPanel(panel, { name: 'audit', extensionUri: extension.extensionUri, log, incoming: fromAuditPage, take });
    const soon = later(700, () => {
      post({ type: 'grown' }).catch((error: unknown) => log.warn(String(error)));
    });
    return vscode.Disposable.from(soon, runs.onChange(soon));
  };
}
