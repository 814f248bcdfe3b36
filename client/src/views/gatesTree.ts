import * as vscode from 'vscode';
import { gateRead, type Finding, type GateResult, type GateState } from '#protocol/gate';
import { visibleLine } from '#protocol/visible';
import type { Client } from '../client.ts';
import { later } from '../later.ts';
import { plainMarkdown } from '../markdown.ts';
import { ago } from '../words.ts';
import { spoken } from './spoken.ts';
import { tellViewState } from './viewState.ts';

interface Scope {
  readonly workspace: string;
  readonly runId: string | null;
}
type GateNode =
  | { readonly kind: 'gate'; readonly gate: GateResult; readonly scope: Scope }
  | { readonly kind: 'review'; readonly findings: readonly Finding[]; readonly scope: Scope }
  | { readonly kind: 'finding'; readonly finding: Finding; readonly scope: Scope };

const icons = {
  passed: ['pass-filled', 'testing.iconPassed'],
  failed: ['error', 'testing.iconFailed'],
  inconclusive: ['question', 'charts.yellow'],
  skipped: ['debug-step-over', 'charts.yellow'],
} as const;
const severityIcons = { high: 'error', medium: 'warning', low: 'info' } as const;

/** The Gates view: what each gate said of the latest result, required ones first, and what they found. */
export function createGatesTree({ sidecar, runs, workspaces, log }: Client): vscode.Disposable {
  const changed = new vscode.EventEmitter<void>();
  const roots = async (): Promise<GateNode[]> => {
    const workspace = workspaces.current()?.uri.fsPath;
    if (workspace === undefined) return [];
    const state = await sidecar.ask(gateRead, { workspace });
    view.description = headline(state);
    const scope = { workspace, runId: state.runId };
    const gates = state.gates
      .toSorted((a, b) => Number(b.isRequired) - Number(a.isRequired))
      .map((gate): GateNode => ({ kind: 'gate', gate, scope }));
    const { findings } = state;
    tellViewState('gates', gates.length + findings.length === 0 ? 'empty' : 'listed');
    return findings.length === 0 ? gates : [...gates, { kind: 'review', findings, scope }];
  };
  const view = vscode.window.createTreeView<GateNode>('loki.gates', {
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getChildren: async (node) => {
        try {
          return node === undefined ? await roots() : childrenOf(node);
        } catch (error) {
          log.warn(`The gates could not be read: ${String(error)}`);
          tellViewState('gates', 'failed');
          view.message = `The gates could not be read: ${error instanceof Error ? error.message : String(error)}`;
          return [];
        }
      },
      getTreeItem: itemOf,
    },
  });
  const soon = later(500, () => {
    if (!view.visible) return;
    view.message = '';
    changed.fire();
  });
  return vscode.Disposable.from(
    view,
    changed,
    soon,
    runs.onChange(soon),
    workspaces.onChange(soon),
    view.onDidChangeVisibility(soon),
  );
}

function headline({ verdict, profile, at }: GateState): string {
  return [verdict, profile, at === null ? null : ago(at, Date.now())].filter((part) => part !== null).join(' · ');
}

function childrenOf(node: GateNode): GateNode[] {
  if (node.kind === 'finding') return [];
  const findings = node.kind === 'gate' ? node.gate.findings : node.findings;
  return findings.map((finding) => ({ kind: 'finding', finding, scope: node.scope }));
}

function itemOf(node: GateNode): vscode.TreeItem {
  switch (node.kind) {
    case 'gate':
      return gateItem(node.gate);
    case 'review':
      return reviewItem(node.findings);
    case 'finding':
      return findingItem(node.finding, node.scope);
    default:
      return node satisfies never;
  }
}

function gateItem({ id, isRequired, status, summary, command, exitCode, findings }: GateResult): vscode.TreeItem {
  const { Collapsed, Expanded, None } = vscode.TreeItemCollapsibleState;
  const item = new vscode.TreeItem(id, findings.length === 0 ? None : status === 'failed' ? Expanded : Collapsed);
  const [icon, color] = icons[status];
  item.id = `gate-${id}`;
  item.description = `${status} · ${isRequired ? 'required' : 'optional'}`;
  item.iconPath = new vscode.ThemeIcon(icon, new vscode.ThemeColor(color));
  item.contextValue = 'gate';
  item.command = { title: 'Show Gates', command: 'loki.showGates' };
  const ran = command === null ? '' : `\n\n${command} ended with code ${exitCode ?? '?'}`;
  item.tooltip = new vscode.MarkdownString();
  item.tooltip.appendMarkdown(plainMarkdown(`${summary}${ran}`));
  item.accessibilityInformation = { label: `Gate ${spoken(item)}. ${visibleLine(summary, 200)}` };
  return item;
}

function reviewItem(findings: readonly Finding[]): vscode.TreeItem {
  const item = new vscode.TreeItem('Review', vscode.TreeItemCollapsibleState.Expanded);
  item.id = 'review';
  item.description = findings.length === 1 ? '1 open finding' : `${findings.length} open findings`;
  item.iconPath = new vscode.ThemeIcon('eye');
  item.contextValue = 'review';
  return item;
}

function findingItem(finding: Finding, { workspace, runId }: Scope): vscode.TreeItem {
  const { id, severity, message, path, line, rule, source } = finding;
  const item = new vscode.TreeItem(visibleLine(message, 140));
  const place = path === null ? '' : `${path}${line === null ? '' : `:${line}`}`;
  item.id = `finding-${source}-${id}`;
  item.description = place;
  item.iconPath = new vscode.ThemeIcon(severityIcons[severity]);
  item.contextValue = 'finding';
  item.tooltip = new vscode.MarkdownString();
  item.tooltip.appendMarkdown(plainMarkdown(`${severity}: ${message}\n\n${rule} (${source})`));
  item.accessibilityInformation = { label: `${severity} finding: ${spoken(item)}` };
  item.command = { title: 'Explain', command: 'loki.explainFinding', arguments: [id, runId, workspace] };
  return item;
}
