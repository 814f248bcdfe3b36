import * as vscode from 'vscode';
import { runEstimate } from '#protocol/task';
import type { WorkspaceState } from '#protocol/workspace';
import type { Client } from '../client.ts';
import { plainWords } from '../visible.ts';
import { estimateWords } from './estimateWords.ts';

interface ProviderItem extends vscode.QuickPickItem {
  readonly provider: WorkspaceState['providers'][number];
}

/** Asks which provider does the work, each with what it may cost; null when nobody chose. */
export async function askProvider({ sidecar }: Client, state: WorkspaceState): Promise<string | null> {
  const items = Promise.all(
    state.providers
      .toSorted((a, b) => Number(b.isReady) - Number(a.isReady) || Number(a.isSimulated) - Number(b.isSimulated))
      .map(async (provider): Promise<ProviderItem> => {
        const { name, isReady, isSimulated } = provider;
        const cost = isReady ? await estimateOf(name) : null;
        return {
          provider,
          label: name,
          description: isSimulated ? 'scripted, costs nothing' : isReady ? 'ready' : 'not ready',
          detail: [plainWords(provider.detail), isSimulated ? null : cost].filter((part) => part !== null).join(' · '),
        };
      }),
  );
  const picked = await vscode.window.showQuickPick(items, {
    title: 'Loki: Run Task',
    placeHolder: 'Which model provider does the work?',
    matchOnDetail: true,
    ignoreFocusOut: true,
  });
  if (picked === undefined) return null;
  if (picked.provider.isReady) return picked.provider.name;
  const { name, lacksKey, detail } = picked.provider;
  // A server that is not there is not mended by a key.
  if (lacksKey) await vscode.commands.executeCommand('loki.setProviderKey', { provider: name });
  else void vscode.window.showWarningMessage(`Loki: ${plainWords(detail)}`);
  return null;

  async function estimateOf(provider: string): Promise<string | null> {
    try {
      return estimateWords(await sidecar.ask(runEstimate, { workspace: state.workspace, provider }));
    } catch {
      return null;
    }
  }
}
