import * as z from 'zod/mini';
import * as vscode from 'vscode';
import type { ApprovalAnswerParams } from '#protocol/approval';
import type { Meter } from '#protocol/cost';
import type { Client } from '../client.ts';
import { fillAuditPage } from './auditPage.ts';
import { fillCostPage } from './costPage.ts';
import { fillGatesPage } from './gatesPage.ts';
import { panelOptions, type PageName } from './panel.ts';
import { fillTaskPage } from './taskPage.ts';

export interface Pages {
  showTask(workspace: string, runId: string): void;
  showAudit(workspace: string): void;
  showGates(workspace: string): void;
  showCost(workspace: string): void;
}

/** What pages need that is made after them. */
export interface PageDeps extends Omit<Client, 'pages'> {
  readonly readMeter: (workspace: string) => Promise<Meter | null>;
  readonly answer: (params: ApprovalAnswerParams) => Promise<void>;
}

/** What a page fills and follows, until the panel is closed. */
export type Fill = (panel: vscode.WebviewPanel, deps: PageDeps, pages: Pages) => vscode.Disposable;

const keptTask = z.object({ runId: z.string() });
const keptFolder = z.object({ workspace: z.string() });

/** The panels: one for each task, one for each folder's audit, gates and cost. They come back when the window is reloaded. */
export function createPages(deps: PageDeps): Pages & vscode.Disposable {
  const open = new Map<string, vscode.WebviewPanel>();
  const { extensionUri } = deps.extension;

  const adopt = (key: string, panel: vscode.WebviewPanel, fill: Fill): void => {
    open.set(key, panel);
    const filled = fill(panel, deps, pages);
    panel.onDidDispose(() => {
      filled.dispose();
      if (open.get(key) === panel) open.delete(key);
    });
  };
  const show = (name: PageName, key: string, title: string, fill: Fill): void => {
    const there = open.get(key);
    if (there !== undefined) {
      there.reveal();
      return;
    }
    const column = { viewColumn: vscode.ViewColumn.Active, preserveFocus: false };
    adopt(key, vscode.window.createWebviewPanel(`loki.${name}`, title, column, panelOptions(extensionUri)), fill);
  };
  const pages: Pages = {
    showTask: (workspace, runId) => show('task', `task ${runId}`, 'Loki Task', fillTaskPage(workspace, runId)),
    showAudit: (workspace) => show('audit', `audit ${workspace}`, 'Loki Audit', fillAuditPage(workspace)),
    showGates: (workspace) => show('gates', `gates ${workspace}`, 'Loki Gates', fillGatesPage(workspace)),
    showCost: (workspace) => show('cost', `cost ${workspace}`, 'Loki Cost', fillCostPage(workspace)),
  };
  const restoreTask = async (panel: vscode.WebviewPanel, state: unknown): Promise<void> => {
    const parsed = z.safeParse(keptTask, state);
    if (parsed.success) {
      const { runId } = parsed.data;
      for (const { uri } of deps.workspaces.folders()) await deps.reload(uri.fsPath);
      const run = deps.runs.get(runId);
      if (run !== null) {
        adopt(`task ${runId}`, panel, fillTaskPage(run.summary.workspace, runId));
        return;
      }
    }
    panel.dispose();
  };
  const restoreFor = (name: 'audit' | 'gates' | 'cost', fill: (workspace: string) => Fill) => ({
    deserializeWebviewPanel: async (panel: vscode.WebviewPanel, state: unknown) => {
      // A page that was reloaded before it was told anything has kept nothing.
      const kept = z.safeParse(keptFolder, state);
      const folder = kept.success ? kept.data.workspace : deps.workspaces.current()?.uri.fsPath;
      const isOpen = deps.workspaces.folders().some(({ uri }) => uri.fsPath === folder);
      if (folder === undefined || !isOpen) panel.dispose();
      else adopt(`${name} ${folder}`, panel, fill(folder));
    },
  });
  const serializers = [
    vscode.window.registerWebviewPanelSerializer('loki.task', { deserializeWebviewPanel: restoreTask }),
    vscode.window.registerWebviewPanelSerializer('loki.audit', restoreFor('audit', fillAuditPage)),
    vscode.window.registerWebviewPanelSerializer('loki.gates', restoreFor('gates', fillGatesPage)),
    vscode.window.registerWebviewPanelSerializer('loki.cost', restoreFor('cost', fillCostPage)),
  ];
  return {
    ...pages,
    dispose: () => {
      for (const serializer of serializers) serializer.dispose();
      for (const panel of open.values()) panel.dispose();
    },
  };
}
