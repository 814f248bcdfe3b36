import * as vscode from 'vscode';
import { isUnderWay } from '../chooseRun.ts';
import type { Client, Command } from '../client.ts';

/** `Loki: Restart Sidecar`: for when it hangs or has given up. Asks first where that interrupts a task. */
export function restartSidecar({ runs, sidecar }: Client): Command {
  return {
    id: 'loki.restartSidecar',
    run: async () => {
      const isBusy = runs.all().some(({ summary }) => isUnderWay(summary));
      if (!isBusy || (await agrees())) await sidecar.restart();
    },
  };
}

async function agrees(): Promise<boolean> {
  const restart = 'Restart';
  const chosen = await vscode.window.showWarningMessage(
    'Restart the sidecar while a task is under way?',
    { modal: true, detail: 'The task is interrupted. Its work so far is kept, and you can resume it.' },
    restart,
  );
  return chosen === restart;
}
