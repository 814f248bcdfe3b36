import * as vscode from 'vscode';
import { keyList, keyRemove } from '#protocol/key';
import type { Client, Command } from '../client.ts';
import { forgetKey } from '../secrets.ts';

/** `Loki: Remove Provider Key`: from the keychain, the sidecar's memory and the editor's secret storage. */
export function removeProviderKey(client: Client): Command {
  return {
    id: 'loki.removeProviderKey',
    run: async () => {
      const { keys } = await client.sidecar.ask(keyList, {});
      const removable = keys.filter(({ place }) => place !== 'environment');
      if (removable.length === 0) {
        void vscode.window.showInformationMessage(
          keys.length === 0
            ? 'Loki: no provider has a key'
            : 'Loki: the only keys come from environment variables; unset those where they are set',
        );
        return;
      }
      const picked = await vscode.window.showQuickPick(
        removable.map(({ provider, place }) => ({ label: provider, description: place })),
        { title: 'Loki: Remove Provider Key', placeHolder: 'Whose key goes?' },
      );
      if (picked === undefined) return;
      const { removed } = await client.sidecar.ask(keyRemove, { provider: picked.label });
      const wasHere = await forgetKey(client, picked.label);
      void vscode.window.showInformationMessage(
        removed || wasHere
          ? `Loki: the key for ${picked.label} is removed`
          : `Loki: ${picked.label} had no key any more`,
      );
    },
  };
}
