import * as vscode from 'vscode';
import { hasOpenResult, isResumable, isUnderWay } from './chooseRun.ts';
import type { Client } from './client.ts';

/** Failures that the Tasks view has words of its own for; package.json, `viewsWelcome`. */
const worded = new Set(['not_a_repository', 'no_commit', 'config_invalid']);

/** Tells the editor when which command makes sense. */
export function setContextKeys({ runs, workspaces, sidecar }: Client): vscode.Disposable {
  const told = new Map<string, unknown>();
  const tell = (key: string, value: unknown): void => {
    if (told.get(key) === value) return;
    told.set(key, value);
    void vscode.commands.executeCommand('setContext', key, value);
  };
  const update = (): void => {
    const summaries = runs.all().map(({ summary }) => summary);
    tell('loki.hasTasks', summaries.length > 0);
    tell('loki.isWorking', summaries.some(isUnderWay));
    tell('loki.hasOpenResult', summaries.some(hasOpenResult));
    tell('loki.hasResumable', summaries.some(isResumable));
    tell('loki.hasApprovals', runs.approvals().length > 0);
    const folder = workspaces.current();
    const obstacle = folder === null ? null : (workspaces.known(folder.uri.fsPath)?.obstacle?.code ?? null);
    const code = obstacle === null ? '' : worded.has(obstacle) ? obstacle : 'other';
    tell('loki.obstacle', sidecar.state.kind === 'failed' ? 'sidecar' : code);
  };
  update();
  return vscode.Disposable.from(runs.onChange(update), workspaces.onChange(update), sidecar.onState(update));
}
