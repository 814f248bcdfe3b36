import * as vscode from 'vscode';
import { auditList, auditVerify, type AuditEntry, type AuditState } from '#protocol/audit';
import { later } from '../later.ts';
import { plainMarkdown } from '../markdown.ts';
import type { Runs } from '../runs/runs.ts';
import type { Sidecar } from '../sidecar/sidecar.ts';
import { visible, visibleLine } from '../visible.ts';
import { ago, count } from '../words.ts';
import type { Workspaces } from '../workspaces.ts';

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
          view.message = `The log could not be read: ${error instanceof Error ? error.message : String(error)}`;
          return [];
        }
      },
      getTreeItem: (node) => (node.kind === 'state' ? stateItem(node.state) : entryItem(node.entry)),
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

function stateItem({ verification, message }: AuditState): vscode.TreeItem {
  const isValid = verification?.valid === true;
  const item = new vscode.TreeItem(isValid ? 'Chain valid' : 'Chain broken');
  item.id = 'state';
  item.description = verification === null ? message : `${count(verification.entries, 'entry', 'entries')} verified`;
  item.iconPath = isValid
    ? new vscode.ThemeIcon('verified-filled', new vscode.ThemeColor('testing.iconPassed'))
    : new vscode.ThemeIcon('error', new vscode.ThemeColor('testing.iconFailed'));
  item.tooltip = visible(message);
  item.contextValue = 'chain';
  item.command = { title: 'Show Audit', command: 'loki.showEntry' };
  item.accessibilityInformation = { label: visible(message) };
  return item;
}

/** By what was decided, or by what came of it. */
const entryIcons: Readonly<Record<string, string>> = {
  ALLOW: 'pass',
  DENY: 'shield',
  REQUIRE_APPROVAL: 'question',
  done: 'check',
  failed: 'error',
  cancelled: 'debug-stop',
};

function entryItem({ seq, timestamp, who, what, where, why, metadata, hash }: AuditEntry): vscode.TreeItem {
  const place = where === null ? '' : ` ${where}`;
  const item = new vscode.TreeItem(visibleLine(`${what ?? 'entry'}${place}`, 120));
  const word = wordOf(metadata);
  item.id = `${seq}-${hash}`;
  item.description = [word, visibleLine(who ?? '', 40), ago(timestamp, Date.now())]
    .filter((part) => part !== null && part !== '')
    .join(' · ');
  item.iconPath = new vscode.ThemeIcon(entryIcons[word ?? ''] ?? 'circle-small');
  item.contextValue = 'entry';
  item.command = { title: 'Show Audit', command: 'loki.showEntry' };
  const tooltip = new vscode.MarkdownString();
  tooltip.appendMarkdown(`**Entry ${seq}**\n\n`);
  for (const text of [word, `${who ?? ''} ${what ?? ''}${place}`, why, timestamp, `hash ${hash}`]) {
    if (text === null || text === '') continue;
    tooltip.appendMarkdown(plainMarkdown(text));
    tooltip.appendMarkdown('\n\n');
  }
  item.tooltip = tooltip;
  item.accessibilityInformation = {
    label: `Entry ${seq}: ${visibleLine(`${who ?? ''} ${what ?? ''}${place}`, 200)}, ${word ?? ''}`,
  };
  return item;
}

/** The decision of an intent, the result of an outcome. */
function wordOf(metadata: AuditEntry['metadata']): string | null {
  const word = metadata?.['decision'] ?? metadata?.['result'];
  return typeof word === 'string' ? visibleLine(word, 30) : null;
}
