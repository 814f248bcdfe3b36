import * as vscode from 'vscode';
import { runEvents } from '#protocol/task';
import { createApprovals } from './approvals.ts';
import type { Client } from './client.ts';
import { startWaitingDemo } from './commands/openDemo.ts';
import { registerCommands } from './commands/registerCommands.ts';
import { setContextKeys } from './contextKeys.ts';
import { answerForEditorModels } from './editorModels.ts';
import { followRuns } from './followRuns.ts';
import { createMeters } from './meters.ts';
import { createPages, type Pages } from './pages/pages.ts';
import { answerQuestions } from './questions.ts';
import { createRuns } from './runs/runs.ts';
import { createSidecar, type Sidecar } from './sidecar/sidecar.ts';
import { tellState } from './sidecar/tellState.ts';
import { createStatusBar } from './statusBar.ts';
import { createAuditTree } from './views/auditTree.ts';
import { createGatesTree } from './views/gatesTree.ts';
import { createTasksTree } from './views/tasksTree.ts';
import { createWorkspaces } from './workspaces.ts';

// The editor's composition root of the client: it makes everything and decides nothing.

let sidecar: Sidecar | null = null;

export function activate(extension: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('Loki', { log: true });
  const running = createSidecar({
    module: vscode.Uri.joinPath(extension.extensionUri, 'dist', 'sidecar.js').fsPath,
    log,
    startOptions: () => ({ isTrusted: vscode.workspace.isTrusted }),
    loadProcess: async () => (await import('./sidecar/startProcess.ts')).startProcess,
  });
  sidecar = running;
  const runs = createRuns(
    async ({ workspace, runId }, after) => await running.ask(runEvents, { workspace, runId, after }),
  );
  const workspaces = createWorkspaces(running, log);
  const following = followRuns({ extension, sidecar: running, runs, workspaces, log });
  const auditTree = createAuditTree({ sidecar: running, runs, workspaces, log });
  const readMeter = createMeters(running);
  const showTask: Pages['showTask'] = (workspace, runId) => pages.showTask(workspace, runId);
  const approvals = createApprovals({ sidecar: running, runs, log, showTask });
  const parts = { extension, log, sidecar: running, runs, workspaces, auditTree, reload: following.reload };
  const pages = createPages({ ...parts, readMeter, answer: async (params) => await approvals.send(params) });
  const client: Client = { ...parts, pages };

  answerQuestions(running);
  answerForEditorModels(running);
  extension.subscriptions.push(
    log,
    workspaces,
    following,
    auditTree,
    approvals,
    pages,
    createTasksTree(client),
    createGatesTree(client),
    createStatusBar(client, readMeter),
    setContextKeys(client),
    tellState(running, log),
    registerCommands(client, approvals),
    // What nobody trusted was shown only; now it may run.
    vscode.workspace.onDidGrantWorkspaceTrust(() => void running.restart()),
  );
  running.start();
  extension.subscriptions.push(startWaitingDemo(client));
}

export async function deactivate(): Promise<void> {
  await sidecar?.stop();
}
