import * as vscode from 'vscode';
import { chooseFolderToWorkIn } from '../chooseFolder.ts';
import type { Client, Command } from '../client.ts';
import { readSettings } from '../settings.ts';
import { SidecarFailure } from '../sidecar/sidecarFailure.ts';
import { askChanges } from './askChanges.ts';
import { askProvider } from './askProvider.ts';
import { providerFor } from './providerFor.ts';
import { findingOf } from './findingOf.ts';
import { startTask } from './runTask.ts';
import { taskFor } from './taskFor.ts';

/** *Fix with Loki*: a task about one finding. The person sees its words and may change them before it starts. */
export function fixFinding(client: Client): Command {
  return {
    id: 'loki.fixFinding',
    run: async (...args) => {
      const { workspace, finding } = await findingOf(client, args);
      if (!vscode.workspace.isTrusted) {
        await chooseFolderToWorkIn(client);
        return;
      }
      const state = await client.workspaces.read(workspace);
      if (state.obstacle !== null) throw new SidecarFailure(state.obstacle.code, state.obstacle.message);
      const task = await vscode.window.showInputBox({
        title: 'Fix with Loki',
        prompt: 'A task with these words starts; change them as you like.',
        value: taskFor(finding),
        ignoreFocusOut: true,
      });
      if (task === undefined || task.trim() === '') return;
      const includeChanges = await askChanges(workspace);
      if (includeChanges === undefined) return;
      const provider = providerFor(state, readSettings(workspace)) ?? (await askProvider(client, state));
      if (provider === null) return;
      await startTask(client, { workspace, task: task.trim(), provider, includeChanges, scenario: null });
    },
  };
}
