import * as vscode from 'vscode';
import type { Client, Command } from '../client.ts';
import type { Approvals } from '../approvals.ts';
import { tellFailure } from '../tell.ts';
import { acceptResult } from './acceptResult.ts';
import { answerApproval } from './answerApproval.ts';
import { cancelTask } from './cancelTask.ts';
import { chooseModel } from './chooseModel.ts';
import { discardResult } from './discardResult.ts';
import { explainFinding } from './explainFinding.ts';
import { clearAuditFilter, filterAudit } from './filterAudit.ts';
import { fixFinding } from './fixFinding.ts';
import { openConfiguration } from './openConfiguration.ts';
import { openDemo } from './openDemo.ts';
import { raiseCostLimit } from './raiseCostLimit.ts';
import { rehearsePolicy } from './rehearsePolicy.ts';
import { removeProviderKey } from './removeProviderKey.ts';
import { restartSidecar } from './restartSidecar.ts';
import { resumeTask } from './resumeTask.ts';
import { runTask } from './runTask.ts';
import { setProviderKey } from './setProviderKey.ts';
import { showAction, showEntry } from './showDetail.ts';
import { showAudit } from './showAudit.ts';
import { showChanges } from './showChanges.ts';
import { showCost } from './showCost.ts';
import { showGates } from './showGates.ts';
import { showLog } from './showLog.ts';
import { showTask } from './showTask.ts';
import { stopEverything } from './stopEverything.ts';
import { verifyAuditChain } from './verifyAuditChain.ts';

/** All commands. What goes wrong in one is said once, with a way to the log. */
export function registerCommands(client: Client, approvals: Approvals): vscode.Disposable {
  const commands: readonly Command[] = [
    runTask(client),
    cancelTask(client),
    stopEverything(client),
    showTask(client),
    acceptResult(client),
    discardResult(client),
    resumeTask(client),
    showChanges(client),
    answerApproval(client, approvals),
    verifyAuditChain(client),
    showAudit(client),
    filterAudit(client),
    clearAuditFilter(client),
    showGates(client),
    showCost(client),
    raiseCostLimit(client),
    chooseModel(client),
    setProviderKey(client),
    removeProviderKey(client),
    openConfiguration(client),
    rehearsePolicy(client),
    openDemo(client),
    showLog(client),
    restartSidecar(client),
    showAction(client),
    showEntry(client),
    explainFinding(client),
    fixFinding(client),
  ];
  return vscode.Disposable.from(
    ...commands.map(({ id, run }) =>
      vscode.commands.registerCommand(id, async (...args: readonly unknown[]) => {
        try {
          await run(...args);
        } catch (error) {
          // Not awaited: whoever called the command need not wait until the message is read.
          void tellFailure(client.log, error);
        }
      }),
    ),
  );
}
