import * as vscode from 'vscode';
import { placeIn } from './placeIn.ts';
import { failureOf, SidecarNotRunning, type SidecarFailure } from './sidecar/sidecarFailure.ts';
import { plainWords } from './visible.ts';

const showLog = 'Show Log';
const openConfiguration = 'Open Configuration';
const setKey = 'Set Provider Key';
const openDemo = 'Open Demo';

/** Says once that something failed, and what helps: every such message leads to the log. */
export async function tellFailure(log: vscode.LogOutputChannel, error: unknown): Promise<void> {
  const failure = failureOf(error);
  log.error(`${failure.code}: ${failure.message}`);
  const remedy = remedyOf(failure);
  const chosen = await vscode.window.showErrorMessage(
    `Loki: ${plainWords(failure.message)}`,
    ...(remedy === null ? [] : [remedy.label]),
    showLog,
  );
  if (chosen === showLog) log.show(true);
  else if (chosen !== undefined) await vscode.commands.executeCommand(remedy?.command ?? '', ...(remedy?.args ?? []));
}

interface Remedy {
  readonly label: string;
  readonly command: string;
  readonly args: readonly unknown[];
}

function remedyOf(failure: SidecarFailure): Remedy | null {
  if (failure instanceof SidecarNotRunning) {
    return { label: 'Restart Sidecar', command: 'loki.restartSidecar', args: [] };
  }
  const { code, message } = failure;
  switch (code) {
    case 'config_invalid':
      return { label: openConfiguration, command: 'loki.openConfiguration', args: [placeIn(message)] };
    case 'key_missing':
      return { label: setKey, command: 'loki.setProviderKey', args: [] };
    case 'not_a_repository':
      return { label: 'Initialize Repository', command: 'git.init', args: [] };
    case 'no_commit':
      return { label: 'Open Source Control', command: 'workbench.view.scm', args: [] };
    case 'provider_unknown':
      return { label: openDemo, command: 'loki.openDemo', args: [] };
    default:
      return null;
  }
}
