import * as vscode from 'vscode';
import { decisionWords } from '#protocol/policy';
import type { RunSummary } from '#protocol/task';
import { visibleLine } from '#protocol/visible';
import { hasChanges, hasOpenResult, isResumable, isUnderWay } from '../chooseRun.ts';
import type { ActionNode, ActionState, AgentNode, PhaseNode } from '../runs/taskTree.ts';
import { plainMarkdown } from '../markdown.ts';
import { ago, count, placeOf, stateOf, usdOf } from '../words.ts';
import { spoken } from './spoken.ts';

// How each node of the Tasks view looks: an icon and words, never a colour alone.

const { Collapsed, Expanded, None } = vscode.TreeItemCollapsibleState;

const phaseNames = { reason: 'Reason', act: 'Act', reflect: 'Reflect', verify: 'Verify' } as const;
const phaseIcons = { reason: 'lightbulb', act: 'edit', reflect: 'eye', verify: 'checklist' } as const;
const agentWords = { started: 'working', finished: 'finished', stopped: 'stopped' } as const;
const agentIcons = { started: 'loading~spin', finished: 'person', stopped: 'circle-slash' } as const;

const actionIcons: Readonly<Record<ActionState, readonly [icon: string, color: string | null]>> = {
  awaiting: ['question', 'charts.yellow'],
  running: ['loading~spin', null],
  done: ['check', 'testing.iconPassed'],
  failed: ['error', 'testing.iconFailed'],
  refused: ['shield', 'testing.iconFailed'],
  denied: ['circle-slash', 'testing.iconFailed'],
  expired: ['watch', 'charts.yellow'],
  invalid: ['warning', 'charts.yellow'],
  cancelled: ['debug-stop', null],
  interrupted: ['debug-disconnect', 'charts.yellow'],
};
const actionWords: Readonly<Record<ActionState, string>> = {
  awaiting: 'awaits your approval',
  running: 'running',
  done: 'done',
  failed: 'failed',
  refused: 'refused by policy',
  denied: 'denied by a person',
  expired: 'expired, nobody answered',
  invalid: 'not a valid action',
  cancelled: 'cancelled',
  interrupted: 'interrupted, its end is not known',
};

export function runItem(summary: RunSummary, showsFolder: boolean, nowMs: number): vscode.TreeItem {
  const item = new vscode.TreeItem(visibleLine(summary.task, 120), isUnderWay(summary) ? Expanded : Collapsed);
  const money = `${usdOf(summary.costUsd, summary.limitUsd)}${summary.simulated ? ' simulated' : ''}`;
  const folder = showsFolder ? ` · ${vscode.workspace.asRelativePath(summary.workspace)}` : '';
  item.id = summary.runId;
  item.description = `${stateOf(summary)} · ${money} · ${ago(summary.startedAt, nowMs)}${folder}`;
  item.iconPath = runIcon(summary);
  item.contextValue = [
    'run',
    ...(isUnderWay(summary) ? ['working'] : []),
    ...(hasOpenResult(summary) ? ['open'] : []),
    ...(isResumable(summary) ? ['resumable'] : []),
    ...(hasChanges(summary) ? ['changed'] : []),
  ].join('.');
  item.accessibilityInformation = { label: `Task ${spoken(item)}` };
  const tooltip = new vscode.MarkdownString();
  tooltip.appendMarkdown(plainMarkdown(summary.task));
  tooltip.appendMarkdown('\n\n');
  tooltip.appendMarkdown(plainMarkdown(summary.reason ?? stateOf(summary)));
  tooltip.appendMarkdown('\n\n');
  tooltip.appendMarkdown(plainMarkdown(`${summary.branch ?? 'no branch yet'} · ${summary.provider} · ${money}`));
  item.tooltip = tooltip;
  return item;
}

function runIcon({ state, outcome, result }: RunSummary): vscode.ThemeIcon {
  if (outcome === 'accepted') return icon('git-merge', 'testing.iconPassed');
  if (outcome === 'discarded') return icon('trash', null);
  switch (state) {
    case 'working':
      return icon('sync~spin', null);
    case 'awaiting':
      return icon('question', 'charts.yellow');
    case 'paused':
      return icon('debug-pause', 'charts.yellow');
    case 'cancelled':
      return icon('circle-slash', null);
    case 'failed':
      return icon('error', 'testing.iconFailed');
    case 'interrupted':
      return icon('debug-disconnect', 'charts.yellow');
    case 'finished':
      if (result?.verdict === 'BLOCKED') return icon('error', 'testing.iconFailed');
      return result?.verdict === 'VERIFIED'
        ? icon('pass-filled', 'testing.iconPassed')
        : icon('warning', 'charts.yellow');
    default:
      return state satisfies never;
  }
}

export function phaseItem({ id, cycle, phase, agents }: PhaseNode, isCurrent: boolean): vscode.TreeItem {
  const item = new vscode.TreeItem(`Cycle ${cycle} · ${phaseNames[phase]}`, isCurrent ? Expanded : Collapsed);
  // The editor remembers by id what is open. With another id a phase that is over folds by itself, once.
  item.id = isCurrent ? id : `${id}/over`;
  item.description = agents.map(({ agent }) => agent).join(', ');
  item.iconPath = icon(phaseIcons[phase], null);
  item.contextValue = 'phase';
  item.accessibilityInformation = { label: spoken(item) };
  return item;
}

export function agentItem({ id, agent, swarm, state, summary, actions }: AgentNode): vscode.TreeItem {
  const item = new vscode.TreeItem(agent, state === 'started' ? Expanded : Collapsed);
  item.id = id;
  item.description = `${swarm === null ? '' : `${swarm} · `}${count(actions.length, 'action')}`;
  item.iconPath = agent === 'loki' ? icon('home', null) : icon(agentIcons[state], null);
  item.contextValue = 'agent';
  if (summary !== null) {
    item.tooltip = new vscode.MarkdownString();
    item.tooltip.appendMarkdown(plainMarkdown(summary));
  }
  item.accessibilityInformation = { label: `Agent ${spoken(item)}, ${agentWords[state]}` };
  return item;
}

export function actionItem({ id, runId, action }: ActionNode): vscode.TreeItem {
  const { title, state, decision, reason, rules, durationMs } = action;
  const item = new vscode.TreeItem(visibleLine(title, 160), None);
  const [name, color] = actionIcons[state];
  item.id = id;
  item.description = state === 'done' ? duration(durationMs) : actionWords[state];
  item.iconPath = icon(name, color);
  item.contextValue = `action.${state}`;
  item.command = { title: 'Show Task', command: 'loki.showAction', arguments: [{ runId }] };
  item.accessibilityInformation = { label: state === 'done' ? `${spoken(item)}, done` : spoken(item) };
  const decided = decision === null ? '**not decided**' : `**${decisionWords[decision]}** (${decision})`;
  const tooltip = new vscode.MarkdownString();
  tooltip.appendMarkdown(plainMarkdown(title));
  tooltip.appendMarkdown(`\n\n${decided}, ${actionWords[state]}\n\n`);
  if (reason !== null) tooltip.appendMarkdown(plainMarkdown(reason));
  for (const { rule, source } of rules) {
    tooltip.appendMarkdown('\n\n');
    tooltip.appendMarkdown(plainMarkdown(`${rule} (${placeOf(source)})`));
  }
  item.tooltip = tooltip;
  return item;
}

function duration(ms: number | null): string {
  if (ms === null) return '';
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

function icon(name: string, color: string | null): vscode.ThemeIcon {
  return color === null ? new vscode.ThemeIcon(name) : new vscode.ThemeIcon(name, new vscode.ThemeColor(color));
}
