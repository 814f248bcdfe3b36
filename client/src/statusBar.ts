import * as vscode from 'vscode';
import type { Meter } from '#protocol/cost';
import { confinementWarning } from '#protocol/run';
import type { Client } from './client.ts';
import { meterTooltip } from './meterTooltip.ts';
import { meterWords } from './meterWords.ts';
import { later } from './later.ts';

/** The one item in the status bar: what the task has cost, and its limit. */
export function createStatusBar(
  client: Client,
  readMeter: (folder: string) => Promise<Meter | null>,
): vscode.Disposable {
  const { sidecar, runs, workspaces, auditTree } = client;
  const item = vscode.window.createStatusBarItem('meter', vscode.StatusBarAlignment.Left, 10);
  item.name = 'Loki: cost';
  item.command = 'loki.showTask';
  let asked = 0;

  const show = async (): Promise<void> => {
    asked += 1;
    const number = asked;
    const folder = workspaces.current();
    if (folder === null) {
      item.hide();
      return;
    }
    const { state } = sidecar;
    if (state.kind === 'failed' || state.kind === 'waiting') {
      item.text = '$(warning) Loki';
      item.tooltip = `The sidecar stopped: ${state.reason}`;
      item.command = 'loki.showLog';
      item.backgroundColor = new vscode.ThemeColor('statusBarItem.warningBackground');
      item.show();
      return;
    }
    if (state.kind !== 'ready') return;
    const meter = await readMeter(folder.uri.fsPath);
    // A later question has been answered meanwhile.
    if (number !== asked || meter === null) return;
    const { text, words, isHigh } = meterWords(meter);
    const known = workspaces.known(folder.uri.fsPath);
    const warning = known === null || known === undefined ? null : confinementWarning(known.confinement);
    item.text = warning === null ? text : `${text} $(warning) ${warning}`;
    item.accessibilityInformation = { label: warning === null ? words : `${words}, commands are ${warning}` };
    item.backgroundColor =
      isHigh || warning !== null ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
    item.tooltip = meterTooltip(meter, known?.confinement ?? null, auditTree.state(), runs.approvals().length);
    item.command = runs.all().length === 0 ? 'loki.runTask' : 'loki.showTask';
    item.show();
  };
  // Money moves with every model request; a person needs no more than two looks a second.
  const soon = later(500, () => void show());
  return vscode.Disposable.from(
    item,
    soon,
    sidecar.onState(() => void show()),
    runs.onChange(soon),
    workspaces.onChange(soon),
    auditTree.onState(soon),
  );
}
