import * as vscode from 'vscode';
import * as z from 'zod/mini';
import { demoOpen } from '#protocol/demo';
import type { Client, Command } from '../client.ts';
import { startTask } from './runTask.ts';

const waiting = 'loki.demo';
const order = z.object({ workspace: z.string(), task: z.string(), scenario: z.string(), askedAt: z.number() });
/** A demonstration that was asked for longer ago than this is forgotten: nothing may start out of the blue. */
const freshMs = 10 * 60_000;

/** `Loki: Open Demo`: a copy of the sample project in a window, where a scripted task starts. Asks nothing, costs nothing. */
export function openDemo({ extension, sidecar }: Client): Command {
  return {
    id: 'loki.openDemo',
    run: async () => {
      const demo = await vscode.window.withProgress(
        { location: vscode.ProgressLocation.Notification, title: 'Loki: making a copy of the sample project' },
        async () => await sidecar.ask(demoOpen, {}),
      );
      // The window that opens the folder has another extension host; this is how it knows what to start.
      await extension.globalState.update(waiting, { ...demo, askedAt: Date.now() });
      const isEmpty = (vscode.workspace.workspaceFolders ?? []).length === 0;
      await vscode.commands.executeCommand('vscode.openFolder', vscode.Uri.file(demo.workspace), {
        forceNewWindow: !isEmpty,
        forceReuseWindow: isEmpty,
      });
    },
  };
}

/** The folder is new, so the editor trusts it only when a person says so; nobody would guess that the demo waits for it. */
async function askForTrust(): Promise<void> {
  const trust = 'Trust This Folder…';
  const detail =
    'It is a copy of a sample project that Loki has just made, and its tests are run. The editor runs nothing in a new folder until you trust it.';
  const chosen = await vscode.window.showInformationMessage(
    'Loki: trust the folder of the demo, and it starts',
    { modal: true, detail },
    trust,
  );
  if (chosen === trust) await vscode.commands.executeCommand('workbench.trust.manage');
}

/** Starts the demonstration in the window that was opened for it, once and when its folder is trusted. */
export function startWaitingDemo(client: Client): vscode.Disposable {
  const { extension } = client;
  const start = async (): Promise<void> => {
    const parsed = z.safeParse(order, extension.globalState.get<unknown>(waiting));
    if (!parsed.success || Date.now() - parsed.data.askedAt > freshMs) return;
    const { workspace, task, scenario } = parsed.data;
    const isHere = client.workspaces.folders().some(({ uri }) => uri.fsPath === workspace);
    if (!isHere) return;
    await vscode.commands.executeCommand('loki.tasks.focus');
    if (!vscode.workspace.isTrusted) {
      await askForTrust();
      return;
    }
    await extension.globalState.update(waiting, undefined);
    await startTask(client, { workspace, task, provider: 'demo', includeChanges: false, scenario });
  };
  const attempt = (): void => {
    start().catch((error: unknown) => client.log.error(error instanceof Error ? error : String(error)));
  };
  attempt();
  return vscode.workspace.onDidGrantWorkspaceTrust(attempt);
}
