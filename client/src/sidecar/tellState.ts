import * as vscode from 'vscode';
import type { Sidecar } from './sidecar.ts';

const showLog = 'Show Log';
const restart = 'Restart Sidecar';

/** Says that the sidecar died, that it is back, and that it was given up: each once, however often it dies. */
export function tellState(sidecar: Sidecar, log: vscode.LogOutputChannel): vscode.Disposable {
  let isDown = false;
  const offerRestart = async (reason: string): Promise<void> => {
    const words = `Loki: the sidecar stopped again and again (${reason}), so it is not started any more. The log says more.`;
    const chosen = await vscode.window.showErrorMessage(words, restart, showLog);
    if (chosen === showLog) log.show(true);
    if (chosen === restart) await sidecar.restart();
  };
  return sidecar.onState((state) => {
    switch (state.kind) {
      case 'waiting':
        if (!isDown) {
          void vscode.window
            .showWarningMessage(
              `Loki: the sidecar stopped (${state.reason}) and starts again in ${state.delayMs / 1000} s. A task that it was running is interrupted; you can resume it.`,
              showLog,
            )
            .then((chosen) => chosen === showLog && log.show(true));
        }
        isDown = true;
        return;
      case 'ready':
        if (isDown) vscode.window.setStatusBarMessage('$(check) Loki: the sidecar is back', 10_000);
        isDown = false;
        return;
      case 'failed':
        isDown = false;
        void offerRestart(state.reason);
        return;
      case 'starting':
      case 'stopped':
        return;
      default:
        return state satisfies never;
    }
  });
}
