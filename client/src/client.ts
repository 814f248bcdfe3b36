import type * as vscode from 'vscode';
import type { Pages } from './pages/pages.ts';
import type { Runs } from './runs/runs.ts';
import type { Sidecar } from './sidecar/sidecar.ts';
import type { AuditTree } from './views/auditTree.ts';
import type { Workspaces } from './workspaces.ts';

/** What commands are given to work with. `extension.ts` makes it. */
export interface Client {
  readonly extension: vscode.ExtensionContext;
  readonly log: vscode.LogOutputChannel;
  readonly sidecar: Sidecar;
  readonly runs: Runs;
  readonly workspaces: Workspaces;
  readonly pages: Pages;
  readonly auditTree: AuditTree;
  /** Asks the sidecar for the list of a folder's runs. */
  readonly reload: (workspace: string) => Promise<void>;
}

export interface Command {
  readonly id: string;
  readonly run: (...args: readonly unknown[]) => Promise<void> | void;
}
