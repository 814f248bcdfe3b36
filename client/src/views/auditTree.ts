import * as vscode from 'vscode';
import { auditList, auditVerify, type AuditEntry, type AuditState } from '#protocol/audit';
import { visibleLine } from '#protocol/visible';
import { later } from '../later.ts';
import type { Runs } from '../runs/runs.ts';
import type { Sidecar } from '../sidecar/sidecar.ts';
import type { Workspaces } from '../workspaces.ts';
import { entryItem, stateItem } from './auditItems.ts';
import { tellViewState } from './viewState.ts';

/** What the view lists; all entries are on the audit page. */
const latest = 100;

/** A log is read as a whole to be verified, so while a run writes it is not verified at every entry. */
const verifyAgainMs = 5000;

type AuditNode =
  { readonly kind: 'state'; readonly state: AuditState } | { readonly kind: 'entry'; readonly entry: AuditEntry };

export interface AuditTree extends vscode.Disposable {
  /** What the last verification said of the current folder; null before the first. */
  state(): AuditState | null;
  readonly onState: vscode.Event<void>;
  verify(folder: string): Promise<AuditState>;
  filter(): string | null;
  setFilter(text: string | null): void;
}

interface Deps {
  readonly sidecar: Sidecar;
  readonly runs: Runs;
  readonly workspaces: Workspaces;
  readonly log: vscode.LogOutputChannel;
}

/** The Audit view: the state of the chain, and its latest entries. */
export function createAuditTree({ sidecar, runs, workspaces, log }: Deps): AuditTree {
  const changed = new vscode.EventEmitter<void>();
  const stateChanged = new vscode.EventEmitter<void>();
  const states = new Map<string, { readonly state: AuditState; readonly atMs: number }>();
  let isOld = false;
  let filter: string | null = null;

  const current = (): string | null => workspaces.current()?.uri.fsPath ?? null;
  const look = async (folder: string): Promise<AuditState> => {
    const state = await sidecar.ask(auditVerify, { workspace: folder });
    states.set(folder, { state, atMs: performance.now() });
    isOld = false;
    stateChanged.fire();
    return state;
  };
  /** What is known, looked at anew where entries were added since; but not at every one of them. */
  const stateOf = async (folder: string): Promise<AuditState> => {
    const known = states.get(folder);
    if (known === undefined || known.state.isAbsent) return await look(folder);
    if (!isOld) return known.state;
    if (performance.now() - known.atMs >= verifyAgainMs) return await look(folder);
    again();
    return known.state;
  };
  const children = async (): Promise<AuditNode[]> => {
    const folder = current();
    if (folder === null) return [];
    const shown = { run: null, agent: null, decision: null, text: filter };
    const { entries, total } = await sidecar.ask(auditList, {
      workspace: folder,
      filter: shown,
      offset: 0,
      limit: latest,
    });
    view.description = filter === null ? '' : `${total} with “${visibleLine(filter, 30)}”`;
    view.message = filter !== null && total === 0 ? 'No entry contains this text.' : '';
    const state = await stateOf(folder);
    tellViewState('audit', state.isAbsent ? 'empty' : 'listed');
    if (state.isAbsent) return [];
    return [{ kind: 'state', state }, ...entries.map((entry): AuditNode => ({ kind: 'entry', entry }))];
  };
  const view = vscode.window.createTreeView<AuditNode>('loki.audit', {
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getChildren: async (node) => {
        if (node !== undefined) return [];
        try {
          return await children();
        } catch (error) {
          log.warn(`The audit log could not be listed: ${String(error)}`);
          tellViewState('audit', 'failed');
          view.message = `The log could not be read: ${error instanceof Error ? error.message : String(error)}`;
          return [];
        }
      },
      getTreeItem: (node) => (node.kind === 'state' ? stateItem(node.state) : entryItem(node.entry, Date.now())),
    },
  });
  // While a run writes, the log grows many times a second.
  const refresh = (): void => {
    isOld = true;
    if (view.visible) changed.fire();
  };
  const soon = later(700, refresh);
  const again = later(verifyAgainMs, refresh);
  const subscriptions = [
    view,
    changed,
    stateChanged,
    soon,
    again,
    runs.onChange(soon),
    workspaces.onChange(soon),
    view.onDidChangeVisibility(refresh),
  ];
  return {
    state: () => states.get(current() ?? '')?.state ?? null,
    onState: stateChanged.event,
    verify: async (folder) => {
      const state = await look(folder);
      changed.fire();
      return state;
    },
    filter: () => filter,
    setFilter: (text) => {
      filter = text;
      void vscode.commands.executeCommand('setContext', 'loki.isAuditFiltered', text !== null);
      view.description = '';
      view.message = '';
      changed.fire();
    },
    dispose: () => {
      for (const subscription of subscriptions) subscription.dispose();
    },
  };
}
