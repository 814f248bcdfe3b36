import * as vscode from 'vscode';
import { isUnderWay } from '../chooseRun.ts';
import type { Client } from '../client.ts';
import { later } from '../later.ts';
import type { Run } from '../runs/runs.ts';
import { taskTree, type ActionNode, type AgentNode, type PhaseNode } from '../runs/taskTree.ts';
import { agentItem, actionItem, phaseItem, runItem } from './taskItems.ts';

export interface RunNode {
  readonly kind: 'run';
  readonly id: string;
  readonly runId: string;
}
export type TaskNode = RunNode | PhaseNode | AgentNode | ActionNode;

/** The Tasks view: task → phase → agent → action, live. Its badge counts what waits for an approval. */
export function createTasksTree({ runs, workspaces, log }: Client): vscode.Disposable {
  const changed = new vscode.EventEmitter<TaskNode | undefined>();
  const provider: vscode.TreeDataProvider<TaskNode> = {
    onDidChangeTreeData: changed.event,
    getChildren: async (node) => {
      if (node === undefined) return runs.all().map(({ summary: { runId } }) => ({ kind: 'run', id: runId, runId }));
      if (node.kind === 'phase') return [...node.agents];
      if (node.kind === 'agent') return [...node.actions];
      if (node.kind === 'action') return [];
      const run = await runs.follow(node.runId).catch((error: unknown) => {
        log.warn(`The events of ${node.runId} could not be read: ${String(error)}`);
        return runs.get(node.runId);
      });
      return run === null ? [] : [...taskTree(node.runId, run.events, isUnderWay(run.summary))];
    },
    getTreeItem: (node) => {
      switch (node.kind) {
        case 'run': {
          const run = runs.get(node.runId);
          const isOneOfMany = workspaces.folders().length > 1;
          return run === null ? new vscode.TreeItem('') : runItem(run.summary, isOneOfMany, Date.now());
        }
        case 'phase':
          return phaseItem(node, isUnderWayIn(runs.get(node.runId), node));
        case 'agent':
          return agentItem(node);
        case 'action':
          return actionItem(node);
        default:
          return node satisfies never;
      }
    },
  };
  const view = vscode.window.createTreeView('loki.tasks', { treeDataProvider: provider, showCollapseAll: true });
  const soon = later(120, () => {
    changed.fire(undefined);
    const open = runs.approvals().length;
    const words = open === 1 ? '1 action waits for your approval' : `${open} actions wait for your approval`;
    view.badge = open === 0 ? undefined : { value: open, tooltip: words };
  });
  return vscode.Disposable.from(view, changed, soon, runs.onChange(soon));
}

/** Whether it is the phase that the run is in now; that one opens by itself. */
function isUnderWayIn(run: Run | null, { cycle, phase }: PhaseNode): boolean {
  if (run === null || !isUnderWay(run.summary)) return false;
  const latest = run.events.findLast(({ event }) => event.type === 'phase')?.event;
  return latest?.type === 'phase' && latest.cycle === cycle && latest.phase === phase;
}
