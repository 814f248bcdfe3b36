import * as vscode from 'vscode';
import { modelList } from '#protocol/model';
import { chooseFolderToWorkIn } from '../chooseFolder.ts';
import type { Client, Command } from '../client.ts';
import { readSettings } from '../settings.ts';
import { plainWords } from '../visible.ts';

interface ModelItem extends vscode.QuickPickItem {
  readonly choice: { readonly provider: string; readonly model: string } | null;
  /** Why nothing can be chosen, and the provider whose key would mend it. */
  readonly missing?: { readonly detail: string; readonly keyOf: string | null };
}

/** `Loki: Choose Model`: what is really there now; the choice becomes the setting of the folder. */
export function chooseModel(client: Client): Command {
  return {
    id: 'loki.chooseModel',
    run: async () => {
      const folder = await chooseFolderToWorkIn(client);
      if (folder === null) return;
      const picked = await vscode.window.showQuickPick(itemsFor(client, folder), {
        title: 'Loki: Choose Model',
        placeHolder: 'Which model do agents use in this folder?',
        matchOnDescription: true,
        matchOnDetail: true,
        ignoreFocusOut: true,
      });
      if (picked === undefined) return;
      if (picked.missing !== undefined) {
        await mend(picked.missing);
        return;
      }
      const settings = vscode.workspace.getConfiguration('loki', vscode.Uri.file(folder));
      const target = vscode.ConfigurationTarget.WorkspaceFolder;
      const isSingle = (vscode.workspace.workspaceFolders?.length ?? 0) < 2;
      const where = isSingle ? vscode.ConfigurationTarget.Workspace : target;
      await settings.update('provider', picked.choice?.provider ?? undefined, where);
      await settings.update('model', picked.choice?.model === '' ? undefined : picked.choice?.model, where);
      void vscode.window.showInformationMessage(`Loki: agents here use ${picked.label}`);
    },
  };
}

async function itemsFor({ sidecar }: Client, folder: string): Promise<readonly ModelItem[]> {
  const { providers } = await sidecar.ask(modelList, { workspace: folder });
  const { provider: current, model: currentModel } = readSettings(folder);
  const items: ModelItem[] = [
    { label: 'the configured models', description: 'as .loki/config.yaml says', choice: null },
  ];
  for (const { name, detail, isReady, lacksKey, isSimulated, models } of providers) {
    items.push({ label: name, kind: vscode.QuickPickItemKind.Separator, choice: null });
    if (!isReady) {
      items.push({
        label: `$(circle-slash) ${name}`,
        description: 'not ready',
        detail: plainWords(detail),
        choice: null,
        missing: { detail: plainWords(detail), keyOf: lacksKey ? name : null },
      });
      continue;
    }
    const tiers = models.filter(({ tier }) => tier !== null).map(({ name: model, tier }) => `${tier ?? ''}: ${model}`);
    if (isSimulated || tiers.length > 0) {
      items.push({
        label: name,
        description: isSimulated ? 'scripted, costs nothing' : 'a model for each tier',
        detail: [plainWords(detail), ...tiers].join(' · '),
        choice: { provider: name, model: '' },
      });
    }
    for (const { name: model } of models) {
      const isCurrent = current === name && currentModel === model;
      items.push({
        label: plainWords(model),
        description: isCurrent ? `${name} (chosen)` : name,
        choice: { provider: name, model },
      });
    }
  }
  return items;
}

/** A key can be asked for here; a server that is not there, or an editor without models, cannot be mended by one. */
async function mend({ detail, keyOf }: NonNullable<ModelItem['missing']>): Promise<void> {
  if (keyOf === null) void vscode.window.showWarningMessage(`Loki: ${detail}`);
  else await vscode.commands.executeCommand('loki.setProviderKey', { provider: keyOf });
}
